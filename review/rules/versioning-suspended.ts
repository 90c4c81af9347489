import { changedObjects, type Rule } from "../rule";
import { blocks, text } from "../value";

/** Replication of a bucket needs versions on both sides. */
export const versioningSuspended: Rule = {
  id: "versioning-suspended",
  severity: "blocks",
  title: "Buckets keep their versions",
  why: 'Replication to the other region stops, and what is overwritten is gone. Source: S3 User Guide, "Requirements for replication".',
  fix: "Leave versioning enabled until the relocation is complete.",
  find: (plans) =>
    changedObjects(plans)
      .filter(
        ({ type, before, after }) =>
          type === "aws_s3_bucket_versioning" &&
          status(before) === "Enabled" &&
          status(after) === "Suspended",
      )
      .map((object) => ({ object, found: "versioning goes from Enabled to Suspended" })),
};

const status = (values: Readonly<Record<string, unknown>>): string =>
  text(blocks(values.versioning_configuration)[0]?.status);
