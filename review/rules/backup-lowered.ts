import { changedObjects, type Rule } from "../rule";

/** How long or how many backups are kept; 0 keeps none. */
const RETENTIONS = [
  "backup_retention_period",
  "snapshot_retention_limit",
  "automatic_backup_retention_days",
  "retention_in_days",
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
    changedObjects(plans).flatMap((object) =>
      RETENTIONS.filter((name) => isLess(object.after[name], object.before[name])).map((name) => ({
        object,
        found: `${name} goes from ${String(object.before[name])} to ${String(object.after[name])}`,
      })),
    ),
};

/** 0 means "for ever" for log groups; that is more. */
function isLess(after: unknown, before: unknown): boolean {
  return typeof after === "number" && typeof before === "number" && after < before;
}
