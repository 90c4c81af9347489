import type { Construct } from "constructs";
import type { Statement } from "./policy";
import { Role } from "./role";

/** What AWS Backup may read and copy. */
export interface BackupRoleProps {
  /** Name of the role, such as `storefront-backup`. */
  readonly name: string;
  readonly account: string;
  /** Regions that hold a vault. */
  readonly regions: readonly string[];
  /** ARNs of the RDS instances and Aurora clusters that are backed up. */
  readonly databaseArns: readonly string[];
  /** ARNs of the buckets that are backed up. */
  readonly bucketArns: readonly string[];
  /** ARNs of the vaults of both regions. */
  readonly vaultArns: readonly string[];
  /** ARNs of the keys of those databases and vaults. */
  readonly keyArns: readonly string[];
}

/**
 * What AWS Backup needs to back up these databases and buckets and to copy the backups to the other region; it can
 * restore nothing.
 *
 * Source: AWS managed policy reference, "AWSBackupServiceRolePolicyForBackup" and
 * "AWSBackupServiceRolePolicyForS3Backup", of which this is the part for RDS and S3, held to the ARNs above.
 */
export class BackupRole extends Role {
  constructor(scope: Construct, id: string, props: BackupRoleProps) {
    super(scope, id, {
      name: props.name,
      service: "backup.amazonaws.com",
      account: props.account,
      statements: [
        ...databaseStatements(props),
        ...bucketStatements(props),
        {
          actions: ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault", "backup:CopyFromBackupVault"],
          resources: props.vaultArns,
        },
        {
          actions: [
            "kms:DescribeKey",
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ],
          resources: props.keyArns,
        },
        {
          actions: ["kms:CreateGrant"],
          resources: props.keyArns,
          conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ],
    });
  }
}

function databaseStatements({ databaseArns, regions, account }: BackupRoleProps): Statement[] {
  if (databaseArns.length === 0) return [];
  // AWS Backup names the snapshots it makes.
  const snapshotArns = regions.flatMap((region) =>
    ["snapshot", "cluster-snapshot"].map((kind) => `arn:aws:rds:${region}:${account}:${kind}:awsbackup:*`),
  );
  // Whether it asks for them by name is not documented.
  const anyArns = regions.flatMap((region) =>
    ["db", "cluster", "snapshot", "cluster-snapshot"].map(
      (kind) => `arn:aws:rds:${region}:${account}:${kind}:*`,
    ),
  );
  return [
    {
      actions: [
        "rds:DescribeDBInstances",
        "rds:DescribeDBClusters",
        "rds:DescribeDBSnapshots",
        "rds:DescribeDBClusterSnapshots",
      ],
      resources: anyArns,
    },
    {
      actions: ["rds:ListTagsForResource", "rds:CreateDBSnapshot", "rds:CreateDBClusterSnapshot"],
      resources: [...databaseArns, ...snapshotArns],
    },
    {
      actions: [
        "rds:AddTagsToResource",
        "rds:CopyDBSnapshot",
        "rds:CopyDBClusterSnapshot",
        "rds:DeleteDBSnapshot",
        "rds:DeleteDBClusterSnapshot",
      ],
      resources: snapshotArns,
    },
  ];
}

function bucketStatements({ bucketArns, regions, account }: BackupRoleProps): Statement[] {
  if (bucketArns.length === 0) return [];
  return [
    {
      actions: [
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketNotification",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetInventoryConfiguration",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:ListTagsForResource",
        "s3:PutBucketNotification",
        "s3:PutInventoryConfiguration",
      ],
      resources: bucketArns,
    },
    {
      actions: [
        "s3:GetObject",
        "s3:GetObjectAcl",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
      ],
      resources: bucketArns.map((arn) => `${arn}/*`),
    },
    {
      // By these rules it learns what has changed since the last backup.
      actions: [
        "events:DeleteRule",
        "events:DescribeRule",
        "events:DisableRule",
        "events:EnableRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
      ],
      resources: regions.map((region) => `arn:aws:events:${region}:${account}:rule/AwsBackupManagedRule*`),
    },
    {
      // AWS Backup names the recovery points, too.
      actions: ["backup:TagResource"],
      resources: regions.map((region) => `arn:aws:backup:${region}:${account}:recovery-point:*`),
    },
    // No action of these knows a resource (service authorization reference, CloudWatch, EventBridge and S3).
    { actions: ["cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets"], resources: ["*"] },
  ];
}
