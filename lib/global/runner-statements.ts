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
}

/**
 * Statements for what the commands look at and change in AWS, apart from edge and gates, which the cutover stack alone
 * knows. A resource is `*` only where AWS knows none for the action.
 *
 * Source of actions and resources: Service Authorization Reference, of each service.
 */
export function runnerStatements(reach: RunnerReach): Statement[] {
  return [...looks(reach), ...tasks(reach), ...writerParameters(reach), ...promotion(reach), ...drill(reach)];
}

/** `preflight`, `status` and the inventory. */
function looks(reach: RunnerReach): Statement[] {
  return [
    {
      actions: [
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
      actions: ["rds:DescribeDBInstances", "rds:DescribeDBClusters"],
      resources: inBoth(reach, (region) =>
        ["db", "cluster"].map((kind) => `arn:aws:rds:${region}:${reach.account}:${kind}:*`),
      ),
    },
    {
      actions: ["rds:DescribeDBSnapshots"],
      resources: inBoth(reach, (region) =>
        ["db", "snapshot"].map((kind) => `arn:aws:rds:${region}:${reach.account}:${kind}:*`),
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
      actions: ["ecs:DescribeServices"],
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

/** What is made and deleted is called `-drill`; snapshots of the databases themselves are read only. */
function drill(reach: RunnerReach): Statement[] {
  const { workload, account, databaseKeyArns } = reach;
  const rds = (...resources: string[]) =>
    inBoth(reach, (region) => resources.map((resource) => `arn:aws:rds:${region}:${account}:${resource}`));
  const made = rds(`db:${workload}-*-drill`, `snapshot:${workload}-*-drill`);
  return [
    { actions: ["rds:CopyDBSnapshot"], resources: rds("snapshot:*") },
    {
      actions: ["rds:RestoreDBInstanceFromDBSnapshot"],
      resources: [...made, ...rds("subgrp:*", "pg:*", "og:*")],
    },
    {
      actions: ["rds:AddTagsToResource", "rds:DeleteDBInstance", "rds:DeleteDBSnapshot"],
      resources: made,
    },
    {
      // RDS keeps the scratch instance's password in a secret of its own, and makes it in the caller's name.
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      resources: inBoth(reach, (region) => `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-*`),
    },
    {
      actions: ["secretsmanager:GetSecretValue"],
      resources: inBoth(reach, (region) => `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-*`),
      conditions: {
        ArnLike: { "aws:ResourceTag/aws:rds:primaryDBInstanceArn": rds(`db:${workload}-*-drill`) },
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
