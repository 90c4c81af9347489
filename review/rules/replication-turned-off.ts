import { changedObjects, type Rule } from "../rule";
import { blocks, text } from "../value";

const GROUPS = ["aws_db_parameter_group", "aws_rds_cluster_parameter_group"];

/** Parameters that replication between the regions lives by, and what they have to be. @default - not less than before */
const SWITCHES: Readonly<Record<string, string>> = { "rds.logical_replication": "1", binlog_format: "ROW" };
const CAPACITIES = [
  "max_replication_slots",
  "max_wal_senders",
  "max_logical_replication_workers",
  "max_worker_processes",
];

/** Parameters without which replication between the databases ends. */
export const replicationTurnedOff: Rule = {
  id: "replication-turned-off",
  severity: "blocks",
  title: "Parameters that replication needs stay as they are",
  why:
    "At the next restart the server has no logical replication, or fewer slots than are in use, and does not start or drops " +
    'them: the copy ends, or the way back. Source: PostgreSQL documentation, "Replication", `max_replication_slots`; RDS User ' +
    "Guide, `rds.logical_replication`.",
  fix: "Leave them until the relocation is complete.",
  find: (plans) =>
    changedObjects(plans)
      .filter(({ type, unknown }) => GROUPS.includes(type) && unknown.parameter === undefined)
      .flatMap((object) => {
        const [before, after] = [parametersIn(object.before), parametersIn(object.after)];
        return [...before]
          .filter(([name, value]) => isLowered(name, value, after.get(name)))
          .map(([name, value]) => ({
            object,
            found: `${name} goes from ${value} to ${after.get(name) ?? "AWS's default"}`,
          }));
      }),
};

const parametersIn = (values: Readonly<Record<string, unknown>>): Map<string, string> =>
  new Map(blocks(values.parameter).map(({ name, value }) => [text(name), text(value)]));

function isLowered(name: string, before: string, after: string | undefined): boolean {
  const needed = SWITCHES[name];
  if (needed !== undefined) return before === needed && after !== needed;
  return CAPACITIES.includes(name) && !(Number(after) >= Number(before));
}
