import { DescribeTasksCommand, type ECSClient, paginateListTasks } from "@aws-sdk/client-ecs";

/** As many as DescribeTasks takes (ECS API reference). */
const TASKS_A_CALL = 100;

/** Tasks that belong together: those of a service, or those that a schedule starts, by their task definition's family. */
export type TaskGroup = { readonly cluster: string } & (
  { readonly service: string } | { readonly family: string }
);

/**
 * The tasks that have not ended, whatever is wished of them, by their ARNs. A service's own count leaves out tasks that have
 * been told to stop and are still at work, for up to their stop timeout (ECS developer guide, "Amazon ECS task lifecycle").
 *
 * Needs `ecs:ListTasks` and `ecs:DescribeTasks`.
 */
export async function listTasksAtWork(ecs: ECSClient, group: TaskGroup): Promise<readonly string[]> {
  const { cluster } = group;
  const filter = "service" in group ? { serviceName: group.service } : { family: group.family };
  const arns = new Set<string>();
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    const pages = paginateListTasks({ client: ecs }, { cluster, ...filter, desiredStatus });
    for await (const { taskArns } of pages) for (const arn of taskArns ?? []) arns.add(arn);
  }
  const atWork: string[] = [];
  for (let from = 0; from < arns.size; from += TASKS_A_CALL) {
    const { tasks } = await ecs.send(
      new DescribeTasksCommand({ cluster, tasks: [...arns].slice(from, from + TASKS_A_CALL) }),
    );
    for (const { lastStatus, taskArn } of tasks ?? [])
      if (lastStatus !== "STOPPED") atWork.push(taskArn ?? "");
  }
  return atWork;
}
