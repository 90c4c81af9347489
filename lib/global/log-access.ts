import { taskLogGroup } from "../regional/task-definition";
import type { Statement } from "./policy";

/**
 * Writing to the log of one kind of task, in each region it runs in.
 *
 * @param task name of the task's family
 */
export function logAccess(task: string, regions: readonly string[], account: string): Statement {
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: regions.map((region) => `arn:aws:logs:${region}:${account}:log-group:${taskLogGroup(task)}:*`),
  };
}
