import type { Statement } from "./policy";

/** What the runbook's role may do besides its journal and secrets; see `docs/aws-adapters.md`. */
export interface RunnerReach {
  /** Name of the workload: what the drill makes is called `<workload>-<database>-drill`. */
  readonly workload: string;
  readonly account: string;
  /** Region that the workload leaves. */
  readonly sourceRegion: string;
  /** Region that it goes to. */
  readonly targetRegion: string;
  /** RDS identifiers of both sides' instances and clusters. */
  readonly databaseIdentifiers: readonly string[];
  /** ECS clusters of services and poolers, on both sides; `*` stands for any characters. */
  readonly clusterNames: readonly string[];
  /** ARNs of the keys that databases, and so their snapshots, are encrypted with. */
  readonly databaseKeyArns: readonly string[];
  /** ARNs of the buckets of both sides. */
  readonly bucketArns: readonly string[];
  /** ARN of the role that copies what was in a bucket before its link. */
  readonly batchRoleArn: string;
}

/**
 * Statements for what the commands look at and change in AWS, apart from edge and gates, which the cutover stack alone
 * knows. A resource is `*` only where AWS knows none for the action.
 *
 * Source of actions and resources: Service Authorization Reference, of each service.
 */
export function runnerStatements(reach: RunnerReach): Statement[] {
  return [
    ...looks(reach),
    ...tasks(reach),
    ...buckets(reach),
    ...writerParameters(reach),
    ...promotion(reach),
    ...drill(reach),
  ];
}

/** Certificates of CloudFront stand there. */
const CLOUDFRONT_REGION = "us-east-1";

/** `preflight`, `status` and the inventory. */
function looks(reach: RunnerReach): Statement[] {
  return [
    {
      actions: [
        "acm:ListCertificates",
        "application-autoscaling:DescribeScalableTargets",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "ecs:DescribeTaskDefinition",
        "rds:DescribeOrderableDBInstanceOptions",
        "servicequotas:ListAWSDefaultServiceQuotas",
        "servicequotas:ListRequestedServiceQuotaChangeHistory",
        "servicequotas:ListServiceQuotas",
        "ses:GetAccount",
        "ses:ListEmailIdentities",
      ],
      resources: ["*"],
    },
    {
      actions: ["ses:GetEmailIdentity"],
      resources: inBoth(reach, (region) => `arn:aws:ses:${region}:${reach.account}:identity/*`),
    },
    {
      actions: ["acm:DescribeCertificate"],
      resources: [...new Set([reach.targetRegion, CLOUDFRONT_REGION])].map(
        (region) => `arn:aws:acm:${region}:${reach.account}:certificate/*`,
      ),
    },
    {
      actions: ["ecr:DescribeImages"],
      resources: inBoth(reach, (region) => `arn:aws:ecr:${region}:${reach.account}:repository/*`),
    },
    {
      actions: ["rds:DescribeDBInstances", "rds:DescribeDBClusters"],
      resources: inBoth(reach, (region) =>
        ["db", "cluster"].map((kind) => `arn:aws:rds:${region}:${reach.account}:${kind}:*`),
      ),
    },
    {
      actions: ["rds:DescribeDBSnapshots", "rds:DescribeDBClusterSnapshots"],
      resources: inBoth(reach, (region) =>
        ["db", "snapshot", "cluster", "cluster-snapshot"].map(
          (kind) => `arn:aws:rds:${region}:${reach.account}:${kind}:*`,
        ),
      ),
    },
  ];
}

/** Services, and the tasks of workers, schedules and poolers. */
function tasks(reach: RunnerReach): Statement[] {
  const { account, clusterNames } = reach;
  const of = (resource: (region: string, cluster: string) => string) =>
    inBoth(reach, (region) => clusterNames.map((cluster) => resource(region, cluster)));
  return [
    {
      actions: ["ecs:DescribeServices", "ecs:UpdateService"],
      resources: of((region, cluster) => `arn:aws:ecs:${region}:${account}:service/${cluster}/*`),
    },
    {
      actions: ["ecs:DescribeTasks"],
      resources: of((region, cluster) => `arn:aws:ecs:${region}:${account}:task/${cluster}/*`),
    },
    {
      // On Fargate there is no container instance to name, so the cluster is a condition.
      actions: ["ecs:ListTasks"],
      resources: ["*"],
      conditions: {
        ArnLike: {
          "ecs:cluster": of((region, cluster) => `arn:aws:ecs:${region}:${account}:cluster/${cluster}`),
        },
      },
    },
  ];
}

/** Objects are listed, never read; what was there before the link is copied by a role of its own. */
function buckets({ account, sourceRegion, bucketArns, batchRoleArn }: RunnerReach): Statement[] {
  if (bucketArns.length === 0) return [];
  return [
    { actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources: bucketArns },
    // AWS knows no resource for it: what a job may do is up to its role.
    { actions: ["s3:CreateJob"], resources: ["*"] },
    { actions: ["s3:DescribeJob"], resources: [`arn:aws:s3:${sourceRegion}:${account}:job/*`] },
    {
      actions: ["iam:PassRole"],
      resources: [batchRoleArn],
      conditions: { StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" } },
    },
  ];
}

const writerParameters = (reach: RunnerReach): Statement[] => [
  {
    actions: ["ssm:GetParameter", "ssm:PutParameter"],
    resources: inBoth(
      reach,
      (region) => `arn:aws:ssm:${region}:${reach.account}:parameter/relocate/${reach.workload}/*/writer`,
    ),
  },
];

const promotion = ({ account, targetRegion, databaseIdentifiers }: RunnerReach): Statement[] => [
  {
    actions: ["rds:PromoteReadReplica"],
    resources: databaseIdentifiers.map(
      (identifier) => `arn:aws:rds:${targetRegion}:${account}:db:${identifier}`,
    ),
  },
];

/** What is made and deleted is called `-drill`; the databases themselves, and their own snapshots, are read only. */
function drill(reach: RunnerReach): Statement[] {
  const { workload, account, databaseKeyArns } = reach;
  const rds = (...resources: string[]) =>
    inBoth(reach, (region) => resources.map((resource) => `arn:aws:rds:${region}:${account}:${resource}`));
  const kinds = ["db", "snapshot", "cluster", "cluster-snapshot"];
  // A scratch cluster has one instance.
  const made = rds(...kinds.map((kind) => `${kind}:${workload}-*-drill`), `db:${workload}-*-drill-1`);
  return [
    { actions: ["rds:CopyDBSnapshot"], resources: rds("snapshot:*") },
    { actions: ["rds:CopyDBClusterSnapshot"], resources: rds("cluster-snapshot:*") },
    {
      actions: ["rds:CreateDBClusterSnapshot", "rds:CreateDBSnapshot"],
      resources: [...made, ...rds("db:*", "cluster:*")],
    },
    {
      actions: [
        "rds:CreateDBInstance",
        "rds:RestoreDBClusterFromSnapshot",
        "rds:RestoreDBInstanceFromDBSnapshot",
      ],
      resources: [...made, ...rds("subgrp:*", "pg:*", "og:*", "cluster-pg:*")],
    },
    {
      actions: [
        "rds:AddTagsToResource",
        "rds:DeleteDBCluster",
        "rds:DeleteDBClusterSnapshot",
        "rds:DeleteDBInstance",
        "rds:DeleteDBSnapshot",
        "rds:ModifyDBCluster",
      ],
      resources: made,
    },
    {
      // RDS keeps the scratch instance's password in a secret of its own, and makes it in the caller's name.
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      resources: inBoth(reach, (region) =>
        ["db", "cluster"].map((kind) => `arn:aws:secretsmanager:${region}:${account}:secret:rds!${kind}-*`),
      ),
    },
    {
      actions: ["secretsmanager:GetSecretValue"],
      resources: inBoth(reach, (region) => `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-*`),
      conditions: {
        ArnLike: { "aws:ResourceTag/aws:rds:primaryDBInstanceArn": rds(`db:${workload}-*-drill`) },
      },
    },
    {
      actions: ["secretsmanager:GetSecretValue"],
      resources: inBoth(
        reach,
        (region) => `arn:aws:secretsmanager:${region}:${account}:secret:rds!cluster-*`,
      ),
      conditions: {
        ArnLike: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": rds(`cluster:${workload}-*-drill`) },
      },
    },
    {
      actions: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      resources: databaseKeyArns,
    },
  ];
}

function inBoth(
  { sourceRegion, targetRegion }: RunnerReach,
  of: (region: string) => string | readonly string[],
): string[] {
  return [sourceRegion, targetRegion].flatMap((region) => of(region));
}
