import { Fn, Token } from "cdktf";
import { WriterName } from "../lib/global/writer-name";
import { WriterParameter } from "../lib/link/writer-parameter";
import type { PartOf } from "../lib/manifest";
import { databaseChoices } from "../lib/workload/database-choices";
import type { WriterDiscovery } from "../lib/workload/database";
import type { ActiveSide, CutoverGround } from "./cutover-ground";
import { writerName, writerParameter, writerZone } from "./names";

/** Makes the names that lead applications to the one writer, for databases with writer discovery `cname`. */
export function writerNames(ground: CutoverGround, source: ActiveSide): PartOf<"cutover">["writerNames"] {
  const { relocation, global, target } = ground;
  const { name: workload } = relocation.workload;
  return Object.fromEntries(
    discoveredBy(ground, "cname").map((name) => {
      const {
        zoneId,
        name: host,
        ttlSeconds,
      } = new WriterName(global, `${name}-writer`, {
        zoneName: writerZone(workload, name),
        name: writerName(workload, name),
        vpcs: [source, target].map(({ region }) => ({ vpcId: region.network.vpcId, region: region.region })),
        source: source.region.databases[name]!.host,
        target: target.region.databases[name]!.host,
        active: target.active,
      });
      return [name, { zoneId, name: host, ttlSeconds }];
    }),
  );
}

/** Names of the databases whose applications find the writer in one way. */
export function discoveredBy(
  { relocation }: Pick<CutoverGround, "relocation">,
  discovery: WriterDiscovery,
): string[] {
  return Object.entries(relocation.workload.databases ?? {})
    .filter(([name, database]) => databaseChoices(name, database).writerDiscovery === discovery)
    .map(([name]) => name);
}

/** Tells the poolers of both regions the writer's host. Staging it changes nothing yet: that is the runbook's RELOAD. */
export function writerParameters(ground: CutoverGround, source: ActiveSide): void {
  const { relocation, target } = ground;
  for (const name of discoveredBy(ground, "pooler")) {
    const hosts = [target, source].map(({ region }) => region.databases[name]!.host) as [string, string];
    for (const { region } of [source, target]) {
      new WriterParameter(region.scope, `${name}-writer`, {
        name:
          region.existing.poolers?.[name]?.writerParameter ?? writerParameter(relocation.workload.name, name),
        writer: Token.asString(Fn.conditional(target.active, ...hosts)),
      });
    }
  }
}
