import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import type { Construct } from "constructs";
import { accountId } from "../lib/global/account";
import { Alias } from "../lib/global/alias";
import { ReplicationRole } from "../lib/global/replication-role";
import { RunnerRoles } from "../lib/global/runner-roles";
import { ServiceRoles } from "../lib/global/service-roles";
import { ValidationRecord } from "../lib/global/validation-record";
import { DatabaseCredentials } from "../lib/regional/database-credentials";
import { OriginCertificate } from "../lib/regional/origin-certificate";
import { Service, type IService } from "../lib/regional/service";
import type { GlobalScope } from "../lib/scope/global-scope";
import type { WorkloadService } from "../lib/workload";
import { applicationEnvironment } from "./application-environment";
import { journalTableName, originName, runnerName } from "./names";
import { PhaseStack } from "./phase-stack";
import { applicationRole, databaseName, regionModules, type RegionModules } from "./region-modules";
import type { RelocationProps } from "./relocation";
import { standbyPart } from "./standby-part";

type ByName<T> = { readonly [name: string]: T };

/** One region's half of the workload. */
export interface StandbyRegion extends RegionModules {
  readonly services: ByName<IService>;
}

/** What both regions share. */
interface Shared {
  readonly global: GlobalScope;
  readonly account: string;
  readonly zoneId: string;
  readonly credentials: ByName<DatabaseCredentials>;
  readonly roles: ByName<ServiceRoles>;
}

/**
 * First phase: the workload in both regions, the target warm, and the identities both use.
 *
 * Nothing here changes who answers or who writes. The target's databases are empty until the runbook starts replication.
 */
export class StandbyStack extends PhaseStack<"standby"> {
  readonly source: StandbyRegion;
  readonly target: StandbyRegion;
  readonly runner: RunnerRoles;
  readonly replicationRole: ReplicationRole;

  constructor(scope: Construct, relocation: RelocationProps) {
    super(scope, "standby", relocation);
    const { workload, source, target } = relocation;
    const global = this.openGlobal();
    const account = accountId(global);
    const zoneId = new DataAwsRoute53Zone(global, "zone", { name: workload.edge.zone, privateZone: false })
      .zoneId;
    const here = regionModules(this.openRegion(source.region), source.cidr, workload);
    const there = regionModules(this.openRegion(target.region), target.cidr, workload);
    const credentials = this.credentials(here, there);
    const roles = this.serviceRoles(global, account, here, there, credentials);
    const shared: Shared = { global, account, zoneId, credentials, roles };
    this.source = { ...here, services: this.services(shared, here, there) };
    this.target = { ...there, services: this.services(shared, there, here) };

    const bucketArns = [here, there].flatMap((side) => Object.values(side.buckets).map(({ arn }) => arn));
    this.replicationRole = new ReplicationRole(global, "bucket-replication", {
      name: `${workload.name}-bucket-replication`,
      account,
      bucketArns,
    });
    const databases = [here, there].flatMap((side) => Object.values(side.databases));
    this.runner = new RunnerRoles(global, "runner", {
      name: runnerName(workload.name),
      account,
      region: target.region,
      image: relocation.runnerImage,
      journalTableArn: `arn:aws:dynamodb:${target.region}:${account}:table/${journalTableName(workload.name)}`,
      secretArns: [
        ...databases.map((database) => database.operatorSecretArn),
        ...Object.values(credentials).map((one) => one.arnIn(target.region)),
      ],
      secretKeyArns: databases.map((database) => database.kmsKeyArn),
    });
    this.tell(standbyPart(workload, this.source, this.target, credentials));
  }

  /** The application roles' passwords: kept in the source, with a copy in the target. */
  private credentials(here: RegionModules, there: RegionModules): ByName<DatabaseCredentials> {
    const { workload } = this.relocation;
    return mapValues(
      here.databases,
      (_, name) =>
        new DatabaseCredentials(here.scope, `${name}-credentials`, {
          name: `${workload.name}/${name}/${applicationRole(name, workload)}`,
          region: here.region,
          replicaRegion: there.region,
        }),
    );
  }

  private serviceRoles(
    global: GlobalScope,
    account: string,
    here: RegionModules,
    there: RegionModules,
    credentials: ByName<DatabaseCredentials>,
  ): ByName<ServiceRoles> {
    const { workload } = this.relocation;
    return mapValues(
      workload.services,
      (service, name) =>
        new ServiceRoles(global, name, {
          name: `${workload.name}-${name}`,
          account,
          regions: [here.region, there.region],
          image: service.image,
          secretArns: Object.values(pick(credentials, service.databases)).flatMap((one) => [
            one.arnIn(here.region),
            one.arnIn(there.region),
          ]),
          bucketArns: [here, there].flatMap((side) =>
            Object.values(pick(side.buckets, service.buckets)).map(({ arn }) => arn),
          ),
        }),
    );
  }

  private services(shared: Shared, own: RegionModules, other: RegionModules): ByName<IService> {
    return mapValues(this.relocation.workload.services, (service, name) => {
      const made = this.service(shared, own, other, name, service);
      new Alias(shared.global, `${own.region}-origin`, {
        zoneId: shared.zoneId,
        name: originName(own.region, this.relocation.workload.edge.publicName),
        targetName: made.loadBalancerDnsName,
        targetZoneId: made.loadBalancerZoneId,
      });
      return made;
    });
  }

  private service(
    shared: Shared,
    own: RegionModules,
    other: RegionModules,
    name: string,
    service: WorkloadService,
  ): Service {
    const { workload } = this.relocation;
    const certificate = new OriginCertificate(own.scope, "origin-certificate", {
      domainName: originName(own.region, workload.edge.publicName),
    });
    const proof = new ValidationRecord(shared.global, `${own.region}-origin-proof`, {
      zoneId: shared.zoneId,
      certificate: certificate.certificate,
    });
    const databases = pick(own.databases, service.databases);
    const { environment, secrets } = applicationEnvironment(
      mapValues(databases, (database, key) => ({
        own: database,
        other: other.databases[key]!,
        databaseName: databaseName(key, workload),
        applicationRole: applicationRole(key, workload),
        passwordSecretArn: shared.credentials[key]!.arnIn(own.region),
      })),
      pick(own.buckets, service.buckets),
    );
    const roles = shared.roles[name]!;
    return new Service(own.scope, name, {
      name: `${workload.name}-${name}`,
      network: own.network,
      image: service.image,
      port: service.port,
      healthCheckPath: service.healthCheckPath,
      tasks: service.tasks,
      cpu: service.cpu,
      memory: service.memory,
      environment: { ...service.environment, ...environment },
      secrets,
      databases,
      taskRoleArn: roles.task.roleArn,
      executionRoleArn: roles.execution.roleArn,
      certificateArn: certificate.validate(proof.fqdn),
    });
  }
}

function pick<T>(all: ByName<T>, names: readonly string[] = []): ByName<T> {
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}

function mapValues<T, U>(all: ByName<T>, to: (value: T, name: string) => U): ByName<U> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, to(value, name)]));
}
