import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { accountId } from "../lib/global/account";
import { Alias } from "../lib/global/alias";
import { ServiceRoles } from "../lib/global/service-roles";
import { ValidationRecord } from "../lib/global/validation-record";
import { DatabaseCredentials } from "../lib/regional/database-credentials";
import { OriginCertificate } from "../lib/regional/origin-certificate";
import { Service, type IService } from "../lib/regional/service";
import type { GlobalScope } from "../lib/scope/global-scope";
import type { WorkloadWeb } from "../lib/workload/service";
import type { ByName, Workload } from "../lib/workload/workload";
import { applicationEnvironment } from "./application-environment";
import { originName } from "./names";
import { applicationRole, databaseName, type RegionModules } from "./region-modules";

/** What the services of all regions share: identities and passwords, made once. */
export interface SharedParts {
  readonly workload: Workload;
  readonly global: GlobalScope;
  readonly account: string;
  /** Id of the public zone. */
  readonly zoneId: string;
  readonly credentials: ByName<DatabaseCredentials>;
  readonly roles: ByName<ServiceRoles>;
}

/**
 * Makes what the services share.
 *
 * @param home region that keeps the passwords
 * @param other region that gets copies of them; none when the workload stands in one region only
 */
export function sharedParts(
  global: GlobalScope,
  workload: Workload,
  home: RegionModules,
  other?: RegionModules,
): SharedParts {
  const account = accountId(global);
  const zone = new DataAwsRoute53Zone(global, "zone", { name: workload.edge!.zone, privateZone: false });
  const credentials = mapValues(
    home.databases,
    (_, name) =>
      new DatabaseCredentials(home.scope, `${name}-credentials`, {
        name: `${workload.name}/${name}/${applicationRole(name, workload)}`,
        region: home.region,
        replicaRegion: other?.region,
      }),
  );
  const sides = other ? [home, other] : [home];
  const roles = mapValues(
    workload.services,
    (service, name) =>
      new ServiceRoles(global, name, {
        name: `${workload.name}-${name}`,
        account,
        regions: sides.map(({ region }) => region),
        image: service.image as string,
        secretArns: Object.values(pick(credentials, service.databases)).flatMap((one) =>
          sides.map(({ region }) => one.arnIn(region)),
        ),
        bucketArns: sides.flatMap((side) =>
          Object.values(pick(side.buckets, service.buckets)).map(({ arn }) => arn),
        ),
      }),
  );
  return { workload, global, account, zoneId: zone.zoneId, credentials, roles };
}

/** Builds one region's services, each with the name that the edge calls it by. */
export function regionServices(
  shared: SharedParts,
  own: RegionModules,
  other?: RegionModules,
): ByName<IService> {
  const { workload, global, zoneId } = shared;
  return mapValues(workload.services, (props, name) => {
    const service = regionService(shared, own, other, name, props as WorkloadWeb);
    new Alias(global, `${own.region}-origin`, {
      zoneId,
      name: originName(own.region, workload.edge!.publicName),
      targetName: service.loadBalancerDnsName,
      targetZoneId: service.loadBalancerZoneId,
    });
    return service;
  });
}

function regionService(
  shared: SharedParts,
  own: RegionModules,
  other: RegionModules | undefined,
  name: string,
  props: WorkloadWeb,
): Service {
  const { workload } = shared;
  const certificate = new OriginCertificate(own.scope, "origin-certificate", {
    domainName: originName(own.region, workload.edge!.publicName),
  });
  const proof = new ValidationRecord(shared.global, `${own.region}-origin-proof`, {
    zoneId: shared.zoneId,
    certificate: certificate.certificate,
  });
  const databases = pick(own.databases, props.databases);
  const { environment, secrets } = applicationEnvironment(
    mapValues(databases, (database, key) => ({
      own: database,
      other: other?.databases[key],
      databaseName: databaseName(key, workload),
      applicationRole: applicationRole(key, workload),
      passwordSecretArn: shared.credentials[key]!.arnIn(own.region),
    })),
    pick(own.buckets, props.buckets),
  );
  const roles = shared.roles[name]!;
  return new Service(own.scope, name, {
    name: `${workload.name}-${name}`,
    network: own.network,
    image: props.image as string,
    port: props.port,
    healthCheckPath: props.healthCheckPath,
    tasks: props.tasks,
    cpu: props.cpu,
    memory: props.memory,
    environment: { ...props.environment, ...environment },
    secrets,
    databases,
    taskRoleArn: roles.task.roleArn,
    executionRoleArn: roles.execution.roleArn,
    certificateArn: certificate.validate(proof.fqdn),
  });
}

function pick<T>(all: ByName<T>, names: readonly string[] = []): ByName<T> {
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}

function mapValues<T, U>(all: ByName<T>, to: (value: T, name: string) => U): ByName<U> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, to(value, name)]));
}
