import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { type AwsRegion, connect } from "./region";
import { waitFor, type Waiting } from "./wait";

/** Between two looks, in milliseconds: tasks start and stop in tens of seconds. */
const ECS_PAUSE = 3_000;

/** A client of ECS in one region. */
export const ecsIn = (region: AwsRegion): ECSClient => connect(ECSClient, region);

/** A service, by the names the manifest has. */
export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** A service as ECS has it now. */
export interface EcsService {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** More than one while a new task definition rolls out. */
  readonly deployments: number;
  readonly taskDefinitionArn: string;
  /** What ECS said of it last, such as why a task cannot be placed. @default - nothing yet */
  readonly lastEvent?: string;
}

/**
 * Describes a service.
 *
 * Needs `ecs:DescribeServices`.
 *
 * @throws Error when it is not there or not active
 */
export async function describeService(ecs: ECSClient, name: ServiceName): Promise<EcsService> {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: name.cluster, services: [name.service] }),
  );
  const [found] = services ?? [];
  if (found?.status === "ACTIVE") return serviceOf(found);
  throw new Error(
    `${await at(ecs, name)}: ${found?.status ?? "no such service"}, expected ACTIVE; ` +
      "deploy the stack it belongs to, or correct the manifest",
  );
}

/**
 * Has a service want at least so many tasks, and waits until these run and nothing rolls out; one that wants more is left
 * as it is. Auto Scaling may lower the number again, unless it is kept from it.
 *
 * Needs `ecs:UpdateService` and `ecs:DescribeServices`.
 *
 * Cost: the tasks, by the second.
 */
export async function raiseService(
  ecs: ECSClient,
  { tasks, ...name }: ServiceName & { readonly tasks: number },
  waiting: Waiting,
): Promise<EcsService> {
  const { desired } = await describeService(ecs, name);
  if (desired < tasks) await ecs.send(new UpdateServiceCommand({ ...name, desiredCount: tasks }));
  const expected = `${tasks} running and nothing rolling out`;
  return waitFor<EcsService>(
    { what: await at(ecs, name), expected, pauseMs: ECS_PAUSE },
    waiting,
    async () => {
      const found = await describeService(ecs, name);
      if (found.running >= tasks && found.pending === 0 && found.deployments === 1) return { value: found };
      return {
        still: `${found.running} running, ${found.pending} pending, ${found.deployments} deployments (${found.lastEvent ?? "no event"})`,
      };
    },
  );
}

/** Where a service stands, for messages. */
const at = async (ecs: ECSClient, { cluster, service }: ServiceName): Promise<string> =>
  `${await ecs.config.region()}: service ${service} of cluster ${cluster}`;

const serviceOf = (found: Service): EcsService => ({
  desired: found.desiredCount ?? 0,
  running: found.runningCount ?? 0,
  pending: found.pendingCount ?? 0,
  deployments: found.deployments?.length ?? 0,
  taskDefinitionArn: found.taskDefinition ?? "",
  lastEvent: found.events?.[0]?.message,
});
