import { Resolver } from "node:dns/promises";
import type { Cloud } from "../../offline/cloud";
import type { Side } from "../../runbook/side";
import type { Pointer } from "../../runbook/world";
import type { PrivateName, PrivateNames } from "./private-names";

/** How long a resolver may take to answer, in milliseconds. */
const PATIENCE = 1_000;

/**
 * The private name of one database as the runbook switches it: changed at "Route 53", where the next plan sees it, and asked
 * of every region's resolver.
 *
 * @param hosts of both sides' databases
 */
export function localWriterName(
  name: PrivateName,
  { resolvers }: PrivateNames,
  hosts: Readonly<Record<Side, string>>,
  cloud: Cloud,
): Pointer {
  const sideOf = (host: string | undefined): Side | undefined =>
    (["source", "target"] as const).find((side) => hosts[side].toLowerCase() === host);
  return {
    current() {
      const side = sideOf(name.latest());
      if (side) return Promise.resolve(side);
      const expected = Object.values(hosts).join(" or ");
      return Promise.reject(new Error(`${name.name} leads to ${name.latest()}, expected ${expected}`));
    },
    point(side) {
      if (sideOf(name.latest()) === side) return Promise.resolve();
      name.change(hosts[side]);
      cloud.update("aws_route53_record", name.recordId, { records: [hosts[side]] });
      return Promise.resolve();
    },
    probe: () =>
      Promise.all(
        resolvers.map(async ({ region, address }) => ({
          vantagePoint: `resolver of ${region}`,
          side: sideOf(await askAlias(address, name.name)),
        })),
      ),
  };
}

/** Undefined when the resolver does not answer: the runbook then asks again. */
async function askAlias(address: string, name: string): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 1 });
  resolver.setServers([address]);
  const [alias] = await resolver.resolveCname(name).catch(() => []);
  return alias?.toLowerCase();
}
