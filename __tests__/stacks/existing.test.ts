import { MANIFEST_OUTPUT } from "../../lib/manifest";
import { Bucket } from "../../lib/regional/bucket";
import { Database } from "../../lib/regional/database";
import { LoadBalancer } from "../../lib/regional/load-balancer";
import { Network } from "../../lib/regional/network";
import { OneOff } from "../../lib/regional/one-off";
import { Pooler } from "../../lib/regional/pooler";
import { Schedule } from "../../lib/regional/schedule";
import { Service } from "../../lib/regional/service";
import { Worker } from "../../lib/regional/worker";
import type { Workload } from "../../lib/workload/workload";
import type { ExistingModules } from "../../stacks/existing-modules";
import type { RegionScope } from "../../lib/scope/region-scope";
import { relocation, storefront, synthesized } from "./example";

const image = "public.ecr.aws/example/storefront:1.0.0";
const workload: Workload = {
  ...storefront,
  services: {
    ...storefront.services,
    mailer: { kind: "worker", image, tasks: 1, databases: ["orders"] },
    report: { kind: "one-off", image, databases: ["orders"] },
  },
  schedules: {
    nightly: { service: "report", expression: "rate(1 day)" },
    weekly: { service: "report", expression: "rate(7 days)" },
  },
};

const service = (name: string) => ({ clusterName: "shop", serviceName: name, securityGroupId: `sg-${name}` });

function everything(region: RegionScope): ExistingModules {
  return {
    network: Network.fromExisting(region, "network", {
      vpcId: "vpc-0f1e2d3c4b5a69788",
      publicSubnetIds: ["subnet-0c1a2b3d4e5f60718"],
      privateSubnetIds: ["subnet-0a1b2c3d4e5f60718"],
      loadBalancerSecurityGroupId: "sg-balancer",
    }),
    databases: {
      orders: Database.fromExisting(region, "orders", {
        identifier: "shop-production",
        securityGroupId: "sg-orders",
      }),
    },
    credentials: { orders: "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/orders-AbCdEf" },
    buckets: { uploads: Bucket.fromExisting(region, "uploads", { bucketName: "shop-uploads" }) },
    loadBalancer: LoadBalancer.fromExisting(region, "load-balancer", {
      name: "shop",
      securityGroupId: "sg-balancer",
    }),
    services: {
      web: Service.fromExisting(region, "web", service("web")),
      mailer: Worker.fromExisting(region, "mailer", service("mailer")),
    },
    oneOffs: {
      report: OneOff.fromExisting(region, "report", {
        taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/report",
        family: "report",
        clusterName: "shop",
        clusterArn: "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
        securityGroupId: "sg-report",
        subnetIds: ["subnet-0a1b2c3d4e5f60718"],
      }),
    },
    schedules: { weekly: Schedule.fromExisting({ group: "shop", name: "weekly-report" }) },
  };
}

const stacks = synthesized({
  ...relocation,
  workload,
  source: { region: "us-east-1", existing: everything },
});

const ids = (phase: string) =>
  Object.entries(stacks[phase]!.resource).flatMap(([type, found]) =>
    Object.keys(found)
      .filter((id) => id.startsWith("us-east-1_"))
      .map(() => type),
  );

test("of a source that is managed elsewhere nothing but alarms is made in the standby phase", () => {
  expect(new Set(ids("standby"))).toEqual(new Set(["aws_cloudwatch_metric_alarm"]));
});

test("the links between an existing source and its target are the same as ever", () => {
  expect(new Set(ids("replication"))).toEqual(
    new Set([
      "aws_cloudwatch_metric_alarm",
      "aws_route",
      "aws_s3_bucket_replication_configuration",
      "aws_vpc_peering_connection",
      "aws_vpc_peering_connection_options",
      "aws_vpc_security_group_egress_rule",
      "aws_vpc_security_group_ingress_rule",
    ]),
  );
});

test("B6: workers and schedules that are managed elsewhere get no gate, and the manifest says so", () => {
  expect(ids("cutover")).toEqual([]);
  const { workers, schedules } = stacks.cutover!.output[MANIFEST_OUTPUT]!.value as {
    workers: Record<string, unknown>;
    schedules: Record<string, { source?: unknown }>;
  };
  expect(Object.keys(workers.mailer!)).toEqual(["target"]);
  expect(Object.keys(schedules.nightly!)).toEqual(["target"]);
  // What is named is told to the runbook, which turns it off, though no stack may change it.
  expect(schedules.weekly!.source).toEqual({ group: "shop", name: "weekly-report" });
});

test("whoever manages the source's services is told the variables they need, and no secret", () => {
  const { value, sensitive } = stacks.standby!.output.source_environment!;
  expect(sensitive).toBeUndefined();
  const web = (
    value as Record<string, { environment: Record<string, string>; secrets: Record<string, string> }>
  ).web!;
  expect(web.environment.ORDERS_DATABASE_URL).toMatch(
    /orders_app@\$\{data\.aws_db_instance\.us-east-1_orders\w*\.address\}:5432,\$\{aws_db_instance\.eu-west-1_orders/,
  );
  expect(web.environment.UPLOADS_BUCKET).toBe("shop-uploads");
  expect(web.secrets).toEqual({
    ORDERS_DATABASE_PASSWORD: "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/orders-AbCdEf",
  });
});

test("the target's password is a copy of the existing one", () => {
  const text = JSON.stringify((stacks.standby as unknown as { ephemeral: unknown }).ephemeral);
  expect(text).toContain(
    '"secret_id":"arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/orders-AbCdEf"',
  );
});

test("poolers that are managed elsewhere are switched with the target's: told the writer, opened to the runbook, and left alone", () => {
  const adminSecretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/pgbouncer-AbCdEf";
  const pooled = synthesized({
    ...relocation,
    workload: { ...workload, databases: { orders: { engineVersion: "18", writerDiscovery: "pooler" } } },
    source: {
      region: "us-east-1",
      existing: (region) => ({
        ...everything(region),
        poolers: {
          orders: Pooler.fromExisting(region, "orders-pooler", {
            ...service("pgbouncer"),
            host: "pgbouncer.shop.internal",
            port: 6543,
            adminSecretArn,
            writerParameter: "/shop/writer",
          }),
        },
      }),
    },
    poolerImage: "public.ecr.aws/example/pgbouncer:1.24.1",
  });
  const { poolers } = pooled.replication!.output[MANIFEST_OUTPUT]!.value as { poolers: object };
  expect(poolers).toMatchObject({
    orders: {
      source: { cluster: "shop", service: "pgbouncer", adminSecretArn, writerParameter: "/shop/writer" },
      target: { writerParameter: "/relocate/storefront/orders/writer" },
    },
  });
  expect(Object.values(pooled.cutover!.resource.aws_ssm_parameter!).map(({ name }) => name)).toEqual([
    "/relocate/storefront/orders/writer",
    "/shop/writer",
  ]);
  const rules = { ...pooled.replication!.resource.aws_vpc_security_group_ingress_rule };
  expect(Object.values(rules).filter(({ from_port }) => from_port === 6543)).toEqual([
    expect.objectContaining({ security_group_id: "sg-pgbouncer", cidr_ipv4: expect.any(String) as string }),
  ]);
  const policies = Object.entries(pooled.standby!.resource.aws_iam_role_policy!);
  expect(policies.find(([id]) => id.includes("runner_task"))![1].policy).toContain(adminSecretArn);
  const { value } = pooled.standby!.output.source_environment!;
  expect(JSON.stringify(value)).toContain("orders_app@pgbouncer.shop.internal:6543/orders");
});
