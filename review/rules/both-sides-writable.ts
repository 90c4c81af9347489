import { objectsOf, type Rule } from "../rule";
import { text } from "../value";

/** A cluster of a global database that leaves it becomes a writer of its own, and so does a detached cache. */
const MEMBERSHIPS: Readonly<Record<string, string>> = {
  aws_docdb_cluster: "global_cluster_identifier",
  aws_neptune_cluster: "global_cluster_identifier",
  aws_rds_cluster: "global_cluster_identifier",
  aws_elasticache_replication_group: "global_replication_group_id",
};

/** Two sides that take writes lose some of them. */
export const bothSidesWritable: Rule = {
  id: "both-sides-writable",
  severity: "blocks",
  title: "One side is the writer",
  why: "What leaves a global database or cache takes writes of its own from then on, while the other side goes on: both diverge.",
  fix: "Leave the membership as it is: the switch is the runbook's (`relocate cutover`), which closes one side first.",
  find: (plans) =>
    objectsOf(plans).flatMap((object) => {
      const name = MEMBERSHIPS[object.type];
      if (name === undefined || object.after === undefined || object.kind === "replace") return [];
      const [before, after] = [text(object.before?.[name]), text(object.after[name])];
      if (before === "" || after === before || object.unknown[name] === true) return [];
      return [{ object, found: `it leaves ${before} (${name}) and becomes a writer of its own` }];
    }),
};
