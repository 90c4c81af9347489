import { runnerStatements } from "../../lib/global/runner-statements";
import { GateAccess } from "../../lib/global/gate-access";
import { GlobalScope } from "../../lib/scope/global-scope";
import { inStack } from "../regional/synthesized";

const ACCOUNT = "123456789012";

describe("what the runbook's role may do", () => {
  const statements = runnerStatements({
    workload: "shop",
    account: ACCOUNT,
    sourceRegion: "us-east-1",
    targetRegion: "eu-west-1",
    databaseIdentifiers: ["shop-orders"],
    clusterNames: ["shop-*"],
    databaseKeyArns: ["arn:aws:kms:eu-west-1:123456789012:key/1"],
    bucketArns: ["arn:aws:s3:::shop-uploads"],
    batchRoleArn: "arn:aws:iam::123456789012:role/shop-batch-replication",
  });
  const resourcesOf = (action: string) =>
    statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);

  test("deletes nothing but what a drill has made", () => {
    const deleting = statements.filter(({ actions }) => actions.some((action) => /:Delete/.test(action)));
    const kinds = ["db", "snapshot", "cluster", "cluster-snapshot"];
    expect(deleting.flatMap(({ resources }) => resources)).toEqual(
      ["us-east-1", "eu-west-1"].flatMap((region) =>
        [...kinds.map((kind) => `${kind}:shop-*-drill`), "db:shop-*-drill-1"].map(
          (resource) => `arn:aws:rds:${region}:${ACCOUNT}:${resource}`,
        ),
      ),
    );
  });

  test("changes named resources only", () => {
    const open = statements.filter(({ resources }) => resources.includes("*"));
    const actions = open.flatMap((one) => one.actions);
    // What a batch job may do is up to its role, and only one may be passed.
    expect(actions.filter((action) => !/:(Describe|Get|List)/.test(action))).toEqual(["s3:CreateJob"]);
    expect(resourcesOf("iam:PassRole")).toEqual(["arn:aws:iam::123456789012:role/shop-batch-replication"]);
    // AWS knows no resource for it on Fargate.
    expect(open.filter((one) => one.actions.includes("ecs:ListTasks"))).toMatchObject([
      {
        conditions: {
          ArnLike: {
            "ecs:cluster": [
              "arn:aws:ecs:us-east-1:123456789012:cluster/shop-*",
              "arn:aws:ecs:eu-west-1:123456789012:cluster/shop-*",
            ],
          },
        },
      },
    ]);
  });

  test("promotes the target's databases, and reads the scratch instance's password and no other", () => {
    expect(resourcesOf("rds:PromoteReadReplica")).toEqual([
      "arn:aws:rds:eu-west-1:123456789012:db:shop-orders",
    ]);
    const reading = statements.find(({ actions }) => actions.includes("secretsmanager:GetSecretValue"));
    expect(reading?.conditions).toEqual({
      ArnLike: {
        "aws:ResourceTag/aws:rds:primaryDBInstanceArn": [
          "arn:aws:rds:us-east-1:123456789012:db:shop-*-drill",
          "arn:aws:rds:eu-west-1:123456789012:db:shop-*-drill",
        ],
      },
    });
  });
});

test("B6: the runbook turns this workload's gates and no other", () => {
  const made = inStack((stack) => {
    new GateAccess(new GlobalScope(stack, "global"), "access", {
      roleName: "shop-runner-task",
      account: ACCOUNT,
      workload: "shop",
      regions: ["us-east-1", "eu-west-1"],
      hasServices: false,
      schedules: [{ group: "default", name: "shop-nightly" }],
      writerZoneIds: ["Z1"],
    });
  });
  const { Statement } = JSON.parse(String(made.one("aws_iam_role_policy").policy)) as {
    Statement: readonly { Action: readonly string[]; Resource: readonly string[] }[];
  };
  expect(Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    [
      ["scheduler:GetSchedule", "scheduler:UpdateSchedule"],
      [
        "arn:aws:scheduler:us-east-1:123456789012:schedule/default/shop-nightly",
        "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/shop-nightly",
      ],
    ],
    [["iam:PassRole"], ["arn:aws:iam::123456789012:role/shop-*-schedule"]],
    [
      ["route53:ListResourceRecordSets", "route53:ChangeResourceRecordSets"],
      ["arn:aws:route53:::hostedzone/Z1"],
    ],
  ]);
});
