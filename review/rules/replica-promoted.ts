import { changedObjects, type Rule } from "../rule";
import { text } from "../value";

/** Terraform promotes a replica when its `replicate_source_db` goes. */
export const replicaPromoted: Rule = {
  id: "replica-promoted",
  severity: "blocks",
  title: "A replica is promoted by the runbook alone",
  why: "Terraform promotes at once, with the source still taking writes: they are lost, and there is no way back to them.",
  fix: "Leave `replicate_source_db` in the code. `relocate cutover` promotes once the source is fenced; the library ignores the change afterwards.",
  find: (plans) =>
    changedObjects(plans)
      .filter(
        ({ type, before, after, unknown }) =>
          type === "aws_db_instance" &&
          text(before.replicate_source_db) !== "" &&
          text(after.replicate_source_db) === "" &&
          unknown.replicate_source_db !== true,
      )
      .map((object) => ({
        object,
        found: `it stops replicating from ${text(object.before.replicate_source_db)} and takes writes`,
      })),
};
