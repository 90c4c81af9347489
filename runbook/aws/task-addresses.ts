import { DescribeTasksCommand, type ECSClient, paginateListTasks } from "@aws-sdk/client-ecs";
import type { ServiceName } from "./ecs-service";

/** As many as DescribeTasks takes (ECS API reference). */
const TASKS_A_CALL = 100;

/** One running task of a service, and where it is reached inside of its network. */
export interface TaskAddress {
  readonly taskArn: string;
  /** Private IPv4 address of its network interface. */
  readonly address: string;
}

/**
 * The tasks of a service that run, with their addresses. Fargate gives each a network interface, of which the task tells
 * `privateIPv4Address` (ECS API reference, "Attachment").
 *
 * Needs `ecs:ListTasks` and `ecs:DescribeTasks`.
 *
 * @throws Error when a running task has no address: it would be left out of what is done to every instance
 */
export async function taskAddresses(
  ecs: ECSClient,
  { cluster, service }: ServiceName,
): Promise<readonly TaskAddress[]> {
  const arns: string[] = [];
  const pages = paginateListTasks({ client: ecs }, { cluster, serviceName: service });
  for await (const { taskArns } of pages) arns.push(...(taskArns ?? []));
  const addresses: TaskAddress[] = [];
  for (let from = 0; from < arns.length; from += TASKS_A_CALL) {
    const { tasks } = await ecs.send(
      new DescribeTasksCommand({ cluster, tasks: arns.slice(from, from + TASKS_A_CALL) }),
    );
    for (const { taskArn = "", lastStatus, attachments } of tasks ?? []) {
      if (lastStatus !== "RUNNING") continue;
      const details = (attachments ?? []).flatMap((attachment) => attachment.details ?? []);
      const address = details.find(({ name }) => name === "privateIPv4Address")?.value;
      if (address === undefined) {
        throw new Error(
          `${await ecs.config.region()}: task ${taskArn}: running without an address, expected one; wait a minute, ` +
            "then give the same command again",
        );
      }
      addresses.push({ taskArn, address });
    }
  }
  return addresses;
}
