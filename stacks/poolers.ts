import { Construct } from "constructs";
import { PoolerRoles } from "../lib/global/pooler-roles";
import type { PartOf } from "../lib/manifest";
import { Pooler, type IPooler } from "../lib/regional/pooler";
import { openPooler } from "../lib/regional/pooler-openings";
import { ServiceAlarms } from "../lib/regional/service-alarms";
import type { GlobalScope } from "../lib/scope/global-scope";
import { databaseChoices } from "../lib/workload/database-choices";
import { filterValues, fromNames, pick } from "./by-name";
import { poolerName, writerParameter } from "./names";
import type { StandbyRegion } from "./region-half";
import type { RelocationProps } from "./relocation-props";
import { discoveredBy } from "./writers";

interface PoolerGround {
  readonly relocation: RelocationProps;
  readonly global: GlobalScope;
  /** Id of the account. */
  readonly account: string;
  /** Both regions, with scopes of the replication stack. */
  readonly source: StandbyRegion;
  readonly target: StandbyRegion;
  /** The runbook in the target region, which switches them. */
  readonly runner: { readonly roleArn: string; readonly securityGroupId: string };
}

/** Puts poolers into both regions, in front of each database with writer discovery `pooler`. */
export function poolers(ground: PoolerGround): PartOf<"replication">["poolers"] {
  return fromNames(discoveredBy(ground, "pooler"), (name) => poolersOf(ground, name));
}

function poolersOf(ground: PoolerGround, name: string) {
  const { source, target } = ground;
  const { workload } = ground.relocation;
  const roles = new PoolerRoles(ground.global, `${name}-pooler`, {
    name: poolerName(workload.name, name),
    account: ground.account,
    regions: [source.region, target.region],
    // Refused when there is none.
    images: [ground.relocation.poolerImage!],
    credentialsSecretArns: [source.credentials[name]!, target.credentials[name]!],
    writerParameter: writerParameter(workload.name, name),
  });
  return {
    source: poolerIn(ground, name, roles, source, target),
    target: poolerIn(ground, name, roles, target, source),
  };
}

function poolerIn(
  ground: PoolerGround,
  name: string,
  roles: PoolerRoles,
  own: StandbyRegion,
  other: StandbyRegion,
) {
  const existing = own.existing.poolers?.[name];
  const pooler = existing ?? newPooler(ground, name, roles, own, other);
  if (existing) {
    openPooler(new Construct(own.scope, `${name}-pooler`), {
      name: existing.serviceName,
      pooler: existing,
      databasePort: own.databases[name]!.port,
      otherCidr: other.network.cidr,
      // AWS refuses a rule that is there already: those of clients that are managed elsewhere are.
      clients: clientsOf(
        ground,
        name,
        own,
        Object.keys({ ...own.existing.services, ...own.existing.oneOffs }),
      ),
    });
  }
  return {
    cluster: pooler.clusterName,
    service: pooler.serviceName,
    host: pooler.host,
    port: pooler.port,
    adminSecretArn: pooler.adminSecretArn,
    writerParameter: pooler.writerParameter,
  };
}

function newPooler(
  ground: PoolerGround,
  name: string,
  roles: PoolerRoles,
  own: StandbyRegion,
  other: StandbyRegion,
): IPooler {
  const { relocation, source, target, runner } = ground;
  const { workload, poolerImage } = relocation;
  const { databaseName, applicationRole } = databaseChoices(name, workload.databases![name]!);
  const pooler = new Pooler(own.scope, `${name}-pooler`, {
    name: poolerName(workload.name, name),
    network: own.network,
    otherCidr: other.network.cidr,
    image: poolerImage!,
    database: own.databases[name]!,
    databaseName,
    applicationRole,
    credentialsSecretArn: own.credentials[name]!,
    writerParameter: writerParameter(workload.name, name),
    firstWriter: source.databases[name]!.host,
    clients: clientsOf(ground, name, own),
    administratorRoleArns: [runner.roleArn],
    taskRoleArn: roles.task.roleArn,
    executionRoleArn: roles.execution.roleArn,
  });
  new ServiceAlarms(own.scope, `${name}-pooler-alarms`, {
    service: pooler,
    notify: own.region === target.region ? relocation.target.notify : relocation.source.notify,
  });
  return pooler;
}

/** Those of a region's services that use a database, and the runbook in the region where it runs. */
function clientsOf(
  { relocation, target, runner }: PoolerGround,
  database: string,
  own: StandbyRegion,
  left: readonly string[] = [],
) {
  const clients = filterValues(
    relocation.workload.services,
    ({ databases = [] }, name) => databases.includes(database) && !left.includes(name),
  );
  return {
    ...pick({ ...own.web, ...own.workers, ...own.oneOffs }, Object.keys(clients)),
    ...(own.region === target.region ? { runner } : {}),
  };
}
