import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { ECS_PAUSE, tasksAtWork } from "./ecs-idle";
import { type AwsRegion, connect } from "./region";
import { waitFor, type Waiting } from "./wait";

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
 * Sets how many tasks a service wants, and waits until exactly these run and nothing else rolls out. A scaling target
 * that is not suspended may change the number again.
 *
 * Needs `ecs:UpdateService` and `ecs:DescribeServices`.
 */
export async function scaleService(
  ecs: ECSClient,
  request: ServiceName & { readonly tasks: number },
  waiting: Waiting,
): Promise<EcsService> {
  await wish(ecs, request, request.tasks);
  const expected = `${request.tasks} running and nothing rolling out`;
  return waitFor<EcsService>(
    { what: await at(ecs, request), expected, pauseMs: ECS_PAUSE },
    waiting,
    async () => {
      const found = await describeService(ecs, request);
      const isSteady = found.running === request.tasks && found.pending === 0 && found.deployments === 1;
      if (isSteady && found.desired === request.tasks) return { value: found };
      return {
        still: `${found.running} running, ${found.pending} pending, ${found.deployments} deployments (${found.lastEvent ?? "no event"})`,
      };
    },
  );
}

/**
 * Stops every task of a service and waits until the last one has ended: what it was doing is then done or given back.
 *
 * Needs `ecs:UpdateService`, `ecs:DescribeServices`, `ecs:ListTasks` and `ecs:DescribeTasks`.
 */
export async function drainService(ecs: ECSClient, name: ServiceName, waiting: Waiting): Promise<void> {
  await wish(ecs, name, 0);
  await waitFor(
    { what: await at(ecs, name), expected: "no task at work", pauseMs: ECS_PAUSE },
    waiting,
    async () => {
      const { running, pending } = await describeService(ecs, name);
      const atWork = Math.max(running + pending, await tasksAtWork(ecs, name));
      return atWork === 0 ? { value: undefined } : { still: `${atWork} at work` };
    },
  );
}

/** Where a service stands, for messages. */
const at = async (ecs: ECSClient, { cluster, service }: ServiceName): Promise<string> =>
  `${await ecs.config.region()}: service ${service} of cluster ${cluster}`;

async function wish(ecs: ECSClient, name: ServiceName, tasks: number): Promise<void> {
  const { desired } = await describeService(ecs, name);
  if (desired === tasks) return;
  await ecs.send(
    new UpdateServiceCommand({ cluster: name.cluster, service: name.service, desiredCount: tasks }),
  );
}

const serviceOf = (found: Service): EcsService => ({
  desired: found.desiredCount ?? 0,
  running: found.runningCount ?? 0,
  pending: found.pendingCount ?? 0,
  deployments: found.deployments?.length ?? 0,
  taskDefinitionArn: found.taskDefinition ?? "",
  lastEvent: found.events?.[0]?.message,
});
