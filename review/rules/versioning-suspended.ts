import { changedObjects, objectsOf, type Rule } from "../rule";
import { blocks, text } from "../value";

const TYPE = "aws_s3_bucket_versioning";

/** Replication of a bucket needs versions on both sides. */
export const versioningSuspended: Rule = {
  id: "versioning-suspended",
  severity: "blocks",
  title: "Buckets keep their versions",
  why: 'Replication to the other region stops, and what is overwritten is gone. Source: S3 User Guide, "Requirements for replication".',
  fix: "Leave versioning enabled until the relocation is complete.",
  find: (plans) => [
    ...changedObjects(plans)
      .filter(
        ({ type, before, after }) =>
          type === TYPE && status(before) === "Enabled" && status(after) !== "Enabled",
      )
      .map((object) => ({ object, found: `versioning goes from Enabled to ${status(object.after)}` })),
    // Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_versioning.go: to delete it is to suspend.
    ...objectsOf(plans)
      .filter(
        ({ type, kind, before }) => type === TYPE && kind === "destroy" && status(before ?? {}) === "Enabled",
      )
      .filter(
        ({ before: setting }) =>
          !objectsOf(plans).some(
            ({ type, kind, before }) =>
              type === "aws_s3_bucket" && kind === "destroy" && before?.bucket === setting?.bucket,
          ),
      )
      .map((object) => ({
        object,
        found: "versioning is suspended: its setting is destroyed, the bucket stays",
      })),
  ],
};

const status = (values: Readonly<Record<string, unknown>>): string =>
  text(blocks(values.versioning_configuration)[0]?.status);
