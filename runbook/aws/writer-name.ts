import { Resolver } from "node:dns/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { PartOf } from "../../lib/manifest";
import { SIDES, type Side } from "../side";
import { ttlAt } from "../status/dns-ttl";
import type { Pointer, Sighting } from "../world";
import type { Clients } from "./clients";
import { type RecordName, readRecord, upsertRecord } from "./dns-record";

/** A resolver that does not answer by then counts as not answering, in milliseconds. */
const PATIENCE = 2_000;

/** How often each resolver is asked for how long it keeps the name: some keep it longer than its record says. */
const ROUNDS = 5;
/** In milliseconds: longer than a part of a second, so that answers come from different moments of a resolver's memory. */
const BETWEEN_ROUNDS = 300;

export interface WriterNameOptions {
  readonly record: PartOf<"cutover">["writerNames"][string];
  /** Real host of each side's database. */
  readonly hosts: Readonly<Record<Side, string>>;
  /** Asked besides the zone. @default - those of this machine: in the runner, its network's own */
  readonly resolver?: Pick<Resolver, "resolveCname" | "getServers">;
}

/**
 * The private name that leads to the writer. Route 53 takes a change "generally within 60 seconds" everywhere, and
 * resolvers ask again when the record's TTL of a second is over (Route 53 developer guide, "Editing records").
 *
 * Vantage points are the zone itself and this network's resolvers; the other region's can be asked from there only.
 *
 * Needs `route53:ListResourceRecordSets` and `ChangeResourceRecordSets` on the zone.
 */
export function writerNamePointer(clients: Clients, options: WriterNameOptions): Pointer {
  const { record, hosts, resolver = new Resolver({ timeout: PATIENCE, tries: 1 }) } = options;
  const name: RecordName = { zoneId: record.zoneId, name: record.name, type: "CNAME" };
  const named = async (): Promise<string | undefined> =>
    (await readRecord(clients.route53(), name))?.values[0];
  return {
    async current() {
      const host = await named();
      const side = sideOf(hosts, host);
      if (side) return side;
      throw new Error(
        `${record.name} leads to ${host ?? "nothing"}, expected ${Object.values(hosts).join(" or ")}; deploy the cutover stack`,
      );
    },
    async point(side) {
      const content = { ttlSeconds: record.ttlSeconds, values: [hosts[side]] };
      await upsertRecord(clients.route53(), name, content);
    },
    async probe() {
      const seen = await Promise.allSettled([named(), resolver.resolveCname(record.name)]);
      const [zone, resolved] = seen.map((answer) =>
        answer.status === "fulfilled" ? [answer.value].flat()[0] : undefined,
      );
      const sightings: Sighting[] = [
        { vantagePoint: `zone ${record.zoneId}`, side: sideOf(hosts, zone) },
        { vantagePoint: `resolver ${resolver.getServers().join(", ")}`, side: sideOf(hosts, resolved) },
      ];
      return sightings;
    },
    async delay(signal) {
      const kept: number[] = [];
      let answerMs = 0;
      const servers = resolver.getServers();
      for (let round = 0; round < ROUNDS; round++) {
        const begun = performance.now();
        const found = await Promise.all(servers.map((server) => ttlAt(server, record.name)));
        answerMs = Math.max(answerMs, performance.now() - begun);
        kept.push(...found.flatMap((seconds) => (seconds === undefined ? [] : seconds * 1_000)));
        if (round < ROUNDS - 1) await pause(BETWEEN_ROUNDS, undefined, { signal });
      }
      return {
        keptMs: kept.length > 0 ? Math.max(...kept) : undefined,
        answerMs: Math.round(answerMs),
        asked: ROUNDS * servers.length,
      };
    },
  };
}

const sideOf = (hosts: Readonly<Record<Side, string>>, host: string | undefined): Side | undefined =>
  SIDES.find((side) => hosts[side] === host?.replace(/\.$/, ""));
