import { allowedBy } from "../policy";
import type { ReviewedObject } from "../reviewed-plan";
import { changedObjects, objectsOf, type Remark, type Rule } from "../rule";
import { text } from "../value";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
const ACCESS_BLOCKS = ["aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"];
/** Types whose `policy` says who may reach them. */
const POLICIES = [
  "aws_s3_bucket_policy",
  "aws_ecr_repository_policy",
  "aws_secretsmanager_secret_policy",
  "aws_sqs_queue_policy",
  "aws_sns_topic_policy",
  "aws_kms_key_policy",
  "aws_backup_vault_policy",
];

/** A database, bucket, snapshot, queue, secret or key that the internet can reach. */
export const madePublic: Rule = {
  id: "made-public",
  severity: "blocks",
  title: "Nothing that holds data becomes public",
  why: "A move is no reason to reach it over the internet: the regions are peered.",
  fix:
    "Set publicly_accessible to false, leave the public access block as it is, share snapshots with accounts by their number, " +
    "and name the principals of a policy, or narrow it by a condition.",
  find: (plans) => [
    ...objectsOf(plans)
      .filter(({ kind }) => kind !== "none")
      .flatMap(openings),
    ...changedObjects(plans)
      .filter(({ type }) => ACCESS_BLOCKS.includes(type))
      .flatMap((object) =>
        BLOCKS.filter((name) => object.before[name] === true && object.after[name] === false).map((name) => ({
          object,
          found: `${name} goes from true to false`,
        })),
      ),
    ...objectsOf(plans)
      .filter(({ type, kind }) => ACCESS_BLOCKS.includes(type) && kind === "destroy")
      .filter((object) => !isGoing(object.before?.bucket, objectsOf(plans)))
      .map((object) => ({ object, found: "the public access block is destroyed, what it protects stays" })),
  ],
};

/** What an object is from now on, and was not before. */
function openings(object: ReviewedObject): Remark[] {
  const { type, before, after } = object;
  const isNew = (test: (values: Readonly<Record<string, unknown>>) => boolean): boolean =>
    after !== undefined && test(after) && !(before && test(before));
  const found = [
    ...(isNew((values) => values.publicly_accessible === true) ? ["publicly_accessible becomes true"] : []),
    ...(isNew(({ shared_accounts: shared }) => Array.isArray(shared) && shared.includes("all"))
      ? ["the snapshot is shared with everybody"]
      : []),
    ...(type === "aws_s3_bucket_acl" && isNew(({ acl }) => text(acl).startsWith("public-"))
      ? [`acl becomes ${text(after?.acl)}`]
      : []),
    ...(POLICIES.includes(type) && isNew(({ policy }) => allowsEverybody(text(policy)))
      ? ["its policy allows everybody (Principal *) without a condition"]
      : []),
  ];
  return found.map((one) => ({ object, found: one }));
}

const allowsEverybody = (policy: string): boolean =>
  allowedBy(policy).some(({ principals, isConditional }) => principals.includes("*") && !isConditional);

const isGoing = (bucket: unknown, objects: readonly ReviewedObject[]): boolean =>
  objects.some(
    ({ type, kind, before }) => type === "aws_s3_bucket" && kind === "destroy" && before?.bucket === bucket,
  );
