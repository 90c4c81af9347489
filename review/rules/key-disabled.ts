import { changedObjects, type Rule } from "../rule";

/** A key that decrypts nothing any more. */
export const keyDisabled: Rule = {
  id: "key-disabled",
  severity: "blocks",
  title: "No key is disabled",
  why: "All that it encrypts is out of reach at once: databases stop, and replication to the other region with them.",
  fix: "Leave it enabled until nothing is encrypted with it.",
  find: (plans) =>
    changedObjects(plans)
      .filter(
        ({ type, before, after }) =>
          type.startsWith("aws_kms_") &&
          [before.is_enabled ?? before.enabled, after.is_enabled ?? after.enabled].join() === "true,false",
      )
      .map((object) => ({ object, found: "it goes from enabled to disabled" })),
};
