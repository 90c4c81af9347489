import { bucketLinkAlarms } from "../lib/link/bucket-link-alarms";
import { linkBuckets } from "../lib/link/bucket-link";
import { linkDatabases } from "../lib/link/database-link";
import { LagAlarms } from "../lib/link/lag-alarms";
import { linkRegistries } from "../lib/link/registry-link";
import { databaseChoices } from "../lib/workload/database-choices";
import { filterValues, mapValues, pick } from "./by-name";
import type { StandbyRegion } from "./region-half";
import type { RelocationProps } from "./relocation-props";

/** Both regions, with scopes of the stack that holds the links. */
export interface LinkGround {
  readonly relocation: RelocationProps;
  readonly source: StandbyRegion;
  readonly target: StandbyRegion;
  /** Role that S3 replicates with. */
  readonly replicationRoleArn: string;
}

/** Ties every module of the source to its twin, and watches what goes across. */
export function linkWorkload(ground: LinkGround): void {
  const { relocation, source, target } = ground;
  const { workload } = relocation;
  const strategies = mapValues(
    workload.databases,
    (database, name) => databaseChoices(name, database).strategy,
  );
  linkDatabases(clientsOf(relocation, source), clientsOf(relocation, target), strategies);
  for (const [side, { notify }] of [
    [source, relocation.source],
    [target, relocation.target],
  ] as const) {
    for (const [name, database] of Object.entries(side.databases)) {
      new LagAlarms(side.scope, `${name}-lag`, { database, strategy: strategies[name], notify });
    }
  }
  for (const name of workload.buckets ?? []) linkBucket(ground, name);
  if (workload.registries?.length) linkRegistries(`${workload.name}/`, source, target);
}

/** A region with those of its services that follow the writer themselves; a pooler follows it for the others. */
function clientsOf({ workload }: RelocationProps, side: StandbyRegion) {
  const direct = Object.entries(workload.databases ?? {})
    .filter(([name, database]) => databaseChoices(name, database).writerDiscovery !== "pooler")
    .map(([name]) => name);
  const clients = filterValues(workload.services, ({ databases = [] }) =>
    databases.some((name) => direct.includes(name)),
  );
  return {
    ...side,
    services: pick({ ...side.web, ...side.workers, ...side.oneOffs }, Object.keys(clients)),
  };
}

/** Both directions, each with its alarms. */
function linkBucket({ relocation, replicationRoleArn, ...sides }: LinkGround, name: string): void {
  const source = { ...sides.source, bucket: sides.source.buckets[name]!, notify: relocation.source.notify };
  const target = { ...sides.target, bucket: sides.target.buckets[name]!, notify: relocation.target.notify };
  linkBuckets(name, source, target, replicationRoleArn);
  const alarms = (from: typeof source, to: typeof source) =>
    bucketLinkAlarms(`${name}-link`, {
      name: `${relocation.workload.name}-${name}`,
      from,
      to,
      notifyFrom: from.notify,
      notifyTo: to.notify,
    });
  alarms(source, target);
  alarms(target, source);
}
