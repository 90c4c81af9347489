import type { ServiceRoles } from "../lib/global/service-roles";
import type { IService } from "../lib/regional/ecs-service";
import type { ILoadBalancer } from "../lib/regional/load-balancer";
import { OneOff, type IOneOff } from "../lib/regional/one-off";
import { poolerAddress } from "../lib/regional/pooler-settings";
import { Service } from "../lib/regional/service";
import { ServiceAlarms } from "../lib/regional/service-alarms";
import { Worker } from "../lib/regional/worker";
import type { WorkloadService, WorkloadWeb } from "../lib/workload/service";
import type { ByName } from "../lib/workload/workload";
import { applicationEnvironment, type ApplicationEnvironment } from "./application-environment";
import { mapValues, pick } from "./by-name";
import { databaseChoices } from "../lib/workload/database-choices";
import { poolerName, writerName } from "./names";
import { nameIn, type RegionGround } from "./region-ground";
import type { RegionModules } from "./region-modules";

/** One region's containers, by the workload's names. */
export interface RegionServices {
  readonly web: ByName<IService>;
  readonly workers: ByName<IService>;
  readonly oneOffs: ByName<IOneOff>;
}

/** What the services of one region are built from. */
export interface ServiceGround extends RegionGround {
  readonly own: RegionModules;
  /** @default - the workload stands in this region only */
  readonly other?: RegionModules;
  /** @default - the workload answers nobody */
  readonly loadBalancer?: ILoadBalancer;
  readonly roles: ByName<ServiceRoles>;
}

/** Builds one region's services. */
export function regionServices(ground: ServiceGround): RegionServices {
  const web: Record<string, IService> = {};
  const workers: Record<string, IService> = {};
  const oneOffs: Record<string, IOneOff> = {};
  for (const [name, service] of Object.entries(ground.workload.services)) {
    if (service.kind === "one-off") oneOffs[name] = ground.existing.oneOffs?.[name] ?? oneOff(ground, name);
    else if (service.kind === "worker") workers[name] = running(ground, name, () => worker(ground, name));
    else web[name] = running(ground, name, () => webService(ground, name, service));
  }
  return { web, workers, oneOffs };
}

/** The service that is managed elsewhere, or a new one with its alarms. */
function running({ scope, existing, side }: ServiceGround, name: string, make: () => IService): IService {
  const found = existing.services?.[name];
  if (found) return found;
  const service = make();
  new ServiceAlarms(scope, `${name}-alarms`, { service, notify: side.notify });
  return service;
}

function webService(ground: ServiceGround, name: string, service: WorkloadWeb): IService {
  const { port, paths, healthCheckPath, tasks, standbyTasks = tasks } = service;
  const onStandby = ground.role === "target" && ground.other !== undefined;
  return new Service(ground.scope, name, {
    ...containerProps(ground, name),
    // A workload with a web service has a load balancer in each region.
    loadBalancer: ground.loadBalancer!,
    paths,
    port,
    healthCheckPath,
    tasks: onStandby ? standbyTasks : tasks,
    maxTasks: 4 * tasks,
    importId: ground.side.adopt?.services?.[name],
    targetGroupImportId: ground.side.adopt?.targetGroups?.[name],
  });
}

function worker(ground: ServiceGround, name: string): IService {
  return new Worker(ground.scope, name, {
    ...containerProps(ground, name),
    importId: ground.side.adopt?.services?.[name],
  });
}

function oneOff(ground: ServiceGround, name: string): IOneOff {
  return new OneOff(ground.scope, name, containerProps(ground, name));
}

function containerProps(ground: ServiceGround, name: string) {
  const { workload, own } = ground;
  const service = workload.services[name]!;
  const { environment, secrets } = serviceEnvironment(ground, service);
  const roles = ground.roles[name]!;
  return {
    name: nameIn(ground, name),
    network: own.network,
    image: imageIn(service, own),
    cpu: service.cpu,
    memory: service.memory,
    command: service.command,
    environment,
    secrets,
    databases: pick(own.databases, service.databases),
    caches: pick(own.caches, service.caches),
    taskRoleArn: roles.task.roleArn,
    executionRoleArn: roles.execution.roleArn,
  };
}

function imageIn({ image }: WorkloadService, { registries }: RegionModules): string {
  return typeof image === "string" ? image : `${registries[image.registry]!.url}:${image.tag}`;
}

/** The variables that a service gets in one region. */
export function serviceEnvironment(
  { workload, existing, own, other }: Pick<ServiceGround, "workload" | "existing" | "own" | "other">,
  service: WorkloadService,
): ApplicationEnvironment {
  const { environment, secrets } = applicationEnvironment({
    databases: mapValues(pick(own.databases, service.databases), (database, name) => ({
      choices: databaseChoices(name, workload.databases![name]!),
      own: database,
      other: other?.databases[name],
      passwordSecretArn: own.credentials[name]!,
      pooler: existing.poolers?.[name] ?? poolerAddress(poolerName(workload.name, name)),
      writerName: writerName(workload.name, name),
    })),
    caches: pick(own.caches, service.caches),
    buckets: pick(own.buckets, service.buckets),
    queues: pick(own.queues, service.queues),
    keys: pick(own.keys, service.keys),
    mailDomain: service.sendsMail ? workload.mail?.domain : undefined,
  });
  return {
    environment: { ...service.environment, ...environment },
    secrets: {
      ...mapValues(service.secrets, (secret) => own.secrets[secret]!.arn),
      ...secrets,
    },
  };
}
