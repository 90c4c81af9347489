import { changedObjects, type Rule } from "../rule";
import { blocks, isTrue } from "../value";

/** How long or how many backups are kept; 0 keeps none. */
const RETENTIONS = [
  "backup_retention_period",
  "snapshot_retention_limit",
  "automatic_backup_retention_days",
  "automated_snapshot_retention_period",
  "retention_in_days",
  "retention_period",
  "message_retention_seconds",
  "recovery_window_in_days",
  "deletion_window_in_days",
];

/** Backups that are kept for less time, logs and deleted keys and secrets too. */
export const backupLowered: Rule = {
  id: "backup-lowered",
  severity: "warns",
  title: "Nothing is kept for less time",
  why: "What is older than the new limit is deleted at once, and with 0 days RDS keeps no backup and refuses replicas.",
  fix: "Leave the retention until the relocation is complete.",
  find: (plans) =>
    changedObjects(plans).flatMap((object) => [
      ...RETENTIONS.filter(
        (name) => worth(object.type, object.after[name]) < worth(object.type, object.before[name]),
      ).map((name) => ({
        object,
        found: `${name} goes from ${String(object.before[name])} to ${String(object.after[name])}`,
      })),
      ...(isRecoverable(object.before) && !isRecoverable(object.after)
        ? [{ object, found: "point_in_time_recovery is turned off" }]
        : []),
    ]),
};

/**
 * How much is kept. For log groups 0 means for ever. NaN, which is neither more nor less, where a plan does not say.
 * Source: AWS provider documentation, aws_cloudwatch_log_group, `retention_in_days`.
 */
function worth(type: string, value: unknown): number {
  if (typeof value !== "number") return Number.NaN;
  return type === "aws_cloudwatch_log_group" && value === 0 ? Number.POSITIVE_INFINITY : value;
}

const isRecoverable = (values: Readonly<Record<string, unknown>>): boolean =>
  blocks(values.point_in_time_recovery).some(({ enabled }) => isTrue(enabled));
