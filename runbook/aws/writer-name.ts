import { Resolver } from "node:dns/promises";
import type { PartOf } from "../../lib/manifest";
import { SIDES, type Side } from "../side";
import type { Pointer, Sighting } from "../world";
import type { Clients } from "./clients";
import { type RecordName, readRecord, upsertRecord } from "./dns-record";

/** A resolver that does not answer by then counts as not answering, in milliseconds. */
const PATIENCE = 2_000;

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
  };
}

const sideOf = (hosts: Readonly<Record<Side, string>>, host: string | undefined): Side | undefined =>
  SIDES.find((side) => hosts[side] === host?.replace(/\.$/, ""));
