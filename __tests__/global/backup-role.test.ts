import { BackupRole, type BackupRoleProps } from "../../lib/global/backup-role";
import { GlobalScope } from "../../lib/scope/global-scope";
import { inStack } from "../regional/synthesized";

const ACCOUNT = "123456789012";
const DATABASE = `arn:aws:rds:us-east-1:${ACCOUNT}:db:storefront-orders`;
const BUCKET = "arn:aws:s3:::storefront-uploads";
const VAULT = `arn:aws:backup:eu-west-1:${ACCOUNT}:backup-vault:storefront`;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`;

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

function statements(props: Partial<BackupRoleProps> = {}): Statement[] {
  const made = inStack((stack) => {
    new BackupRole(new GlobalScope(stack, "global"), "backup", {
      name: "storefront-backup",
      account: ACCOUNT,
      regions: ["us-east-1", "eu-west-1"],
      databaseArns: [DATABASE],
      bucketArns: [BUCKET],
      vaultArns: [VAULT],
      keyArns: [KEY],
      ...props,
    });
  });
  return (JSON.parse(String(made.one("aws_iam_role_policy").policy)) as { Statement: Statement[] }).Statement;
}

const allowing = (action: string) => statements().filter(({ Action }) => Action.includes(action));

test("C6: AWS Backup may snapshot this database, read this bucket and copy into this vault, and no other", () => {
  expect(allowing("rds:CreateDBSnapshot").flatMap(({ Resource }) => Resource)).toEqual(
    expect.arrayContaining([DATABASE, `arn:aws:rds:eu-west-1:${ACCOUNT}:snapshot:awsbackup:*`]),
  );
  expect(allowing("s3:GetObjectVersion").map(({ Resource }) => Resource)).toEqual([[`${BUCKET}/*`]]);
  expect(allowing("backup:CopyIntoBackupVault").map(({ Resource }) => Resource)).toEqual([[VAULT]]);
  expect(allowing("kms:CreateGrant")).toEqual([
    expect.objectContaining({
      Resource: [KEY],
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    }),
  ]);
});

test("it may delete nothing but its own snapshots, and restore nothing", () => {
  const actions = statements().flatMap(({ Action, Resource }) =>
    Action.map((action) => ({ action, Resource })),
  );
  expect(actions.filter(({ action }) => /\*|Restore|s3:(Put|Delete)Object/.test(action))).toEqual([]);
  for (const { Resource } of actions.filter(({ action }) => action.startsWith("rds:Delete"))) {
    expect(Resource.filter((arn) => !arn.includes("snapshot:awsbackup:"))).toEqual([]);
  }
});

test("every resource is allowed only for what knows none", () => {
  const wide = statements().filter(({ Resource }) => Resource.includes("*"));
  expect(wide.flatMap(({ Action }) => Action)).toEqual([
    "cloudwatch:GetMetricData",
    "events:ListRules",
    "s3:ListAllMyBuckets",
  ]);
});

test("without buckets it reads none, without databases it snapshots none", () => {
  const services = (props: Partial<BackupRoleProps>) =>
    new Set(statements(props).flatMap(({ Action }) => Action.map((action) => action.split(":")[0])));
  expect(services({ bucketArns: [] })).toEqual(new Set(["rds", "backup", "kms"]));
  expect(services({ databaseArns: [] })).toEqual(new Set(["s3", "events", "cloudwatch", "backup", "kms"]));
});
