import { PoolerRoles } from "../lib/global/pooler-roles";
import type { PartOf } from "../lib/manifest";
import { Pooler } from "../lib/regional/pooler";
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
  { relocation, source, target, runner }: PoolerGround,
  name: string,
  roles: PoolerRoles,
  own: StandbyRegion,
  other: StandbyRegion,
) {
  const { workload, poolerImage } = relocation;
  const { databaseName, applicationRole } = databaseChoices(name, workload.databases![name]!);
  const clients = filterValues(workload.services, ({ databases = [] }) => databases.includes(name));
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
    clients: {
      ...pick({ ...own.web, ...own.workers, ...own.oneOffs }, Object.keys(clients)),
      ...(own.region === target.region ? { runner } : {}),
    },
    administratorRoleArns: [runner.roleArn],
    taskRoleArn: roles.task.roleArn,
    executionRoleArn: roles.execution.roleArn,
  });
  new ServiceAlarms(own.scope, `${name}-pooler-alarms`, {
    service: pooler,
    notify: own.region === target.region ? relocation.target.notify : relocation.source.notify,
  });
  return {
    cluster: pooler.clusterName,
    service: pooler.serviceName,
    host: pooler.host,
    port: pooler.port,
    adminSecretArn: pooler.adminSecretArn,
    writerParameter: pooler.writerParameter,
  };
}
