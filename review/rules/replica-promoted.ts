import { changedObjects, type Rule } from "../rule";
import { text } from "../value";

/** Where a replica names what it is one of. Source: AWS provider documentation of each. */
const SOURCES: Readonly<Record<string, string>> = {
  aws_db_instance: "replicate_source_db",
  aws_rds_cluster: "replication_source_identifier",
  aws_neptune_cluster: "replication_source_identifier",
};

/** Terraform promotes a replica when it no longer names its source. */
export const replicaPromoted: Rule = {
  id: "replica-promoted",
  severity: "blocks",
  title: "A replica is promoted by the runbook alone",
  why: "Terraform promotes at once, with the source still taking writes: they are lost, and there is no way back to them.",
  fix: "Leave the source in the code. `relocate cutover` promotes once the source is fenced; the library ignores the change afterwards.",
  find: (plans) =>
    changedObjects(plans).flatMap((object) => {
      const name = SOURCES[object.type];
      if (name === undefined || object.unknown[name] === true) return [];
      const [before, after] = [text(object.before[name]), text(object.after[name])];
      if (before === "" || after !== "") return [];
      return [{ object, found: `it stops replicating from ${before} (${name}) and takes writes` }];
    }),
};
