import type { Phase } from "../lib/manifest";

/** What may happen to a running workload in each phase, for the reader of a review. */
export const PHASE_ALLOWS: Readonly<Record<Phase, string>> = {
  standby:
    "creates the target's modules and changes both sides in place; destroys or replaces nothing that holds data",
  replication:
    "creates and changes links between the regions; removing them before `relocate complete` ends the way back",
  cutover:
    "flips the origin, the gates of workers and schedules, in place; nothing after `relocate cutover` has done it",
  decommission:
    "takes last backups; destroys the source only with retire_source=true, once the way back has ended",
};
