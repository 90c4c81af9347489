/** One `Allow` statement of an IAM policy. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** By operator, then by condition key. @default - none */
  readonly conditions?: {
    readonly [operator: string]: { readonly [key: string]: string | readonly string[] };
  };
}

/** A policy that allows exactly these statements, as JSON text; statements that name no resource are left out. */
export function allow(statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements
      .filter(({ resources }) => resources.length > 0)
      .map(({ actions, resources, conditions }) => ({
        Effect: "Allow",
        Action: actions,
        Resource: resources,
        Condition: conditions,
      })),
  });
}

/**
 * Services that say for which account they take a role.
 *
 * Sources: ECS developer guide, "Amazon ECS task IAM role"; EventBridge Scheduler user guide, "Confused deputy
 * prevention"; VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs". S3 and AWS Backup document no such
 * key for replication and backups, and a condition on a key that is not sent never holds.
 */
const NAMES_ITS_ACCOUNT = new Set([
  "ecs-tasks.amazonaws.com",
  "scheduler.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
]);

/**
 * A trust policy for an AWS service, as JSON text.
 *
 * @param account id of the account: where the service says for whom it acts, only what this account started may take
 * the role (the "confused deputy" guard)
 */
export function assumableBy(service: string, account: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        Condition: NAMES_ITS_ACCOUNT.has(service)
          ? { StringEquals: { "aws:SourceAccount": account } }
          : undefined,
      },
    ],
  });
}
