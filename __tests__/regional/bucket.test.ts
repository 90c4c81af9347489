import { Bucket } from "../../lib/regional/bucket";
import { inRegion } from "./synthesized";

const bucket = (name = "storefront-uploads") =>
  inRegion("eu-west-1", (scope) => {
    new Bucket(scope, "uploads", { name });
  });

test("B7: a bucket keeps versions and carries account and region in its name", () => {
  const made = bucket();
  expect(made.one("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  expect(made.one("aws_s3_bucket").bucket).toMatch(
    /^storefront-uploads-\$\{data\.aws_caller_identity\..+\.account_id}-\$\{data\.aws_region\..+\.region}$/,
  );
});

test("a bucket is private, encrypted, its owner's alone, and answers over TLS only", () => {
  const made = bucket();
  expect(made.one("aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(made.one("aws_s3_bucket_ownership_controls").rule).toEqual({
    object_ownership: "BucketOwnerEnforced",
  });
  expect(JSON.stringify(made.one("aws_s3_bucket_server_side_encryption_configuration").rule)).toMatch(
    /AES256/,
  );
  const policy = String(made.one("aws_s3_bucket_policy").policy);
  expect(policy).toMatch(/"Effect" = "Deny"/);
  expect(policy).toMatch(/"aws:SecureTransport" = "false"/);
});

test("replaced and deleted objects go after 90 days, the current ones never", () => {
  const [rule] = bucket().one("aws_s3_bucket_lifecycle_configuration").rule as Record<string, unknown>[];
  expect(rule).toMatchObject({ noncurrent_version_expiration: [{ noncurrent_days: 90 }] });
  expect(rule).not.toHaveProperty("expiration");
});

test("fails on a name that leaves no room for account and region", () => {
  expect(() => bucket("a-bucket-whose-name-is-far-too-long-already")).toThrow(
    /eu-west-1\/uploads: the bucket name .* has 43 characters, AWS takes 35 at most/,
  );
});
