import { drift } from "../../../runbook/aws/inventory/drift";
import { inventoryMarkdown } from "../../../runbook/aws/inventory/markdown";
import { twinFindings } from "../../../runbook/aws/preflight/databases";
import { regionLiterals } from "../../../runbook/aws/task-definition";
import type { RdsInstance } from "../../../runbook/aws/rds-instance";

const before = {
  services: { web: { tasks: 2, images: ["web: shop:1"] }, api: { tasks: 1 } },
  buckets: { uploads: { objects: 10 } },
  databases: { orders: { unread: "timeout" } },
};

test("D3: what has changed of the source is told, and what grows by itself is not", () => {
  const now = {
    services: { web: { tasks: 3, images: ["web: shop:1"] }, mailer: { tasks: 1 } },
    buckets: { uploads: { objects: 11 } },
    databases: { orders: { engineVersion: "18.1" } },
  };
  expect(drift(before, now)).toEqual([
    "services: web: tasks was 2, is 3",
    "services: api is gone",
    "services: mailer is new",
  ]);
  expect(drift(now, now)).toEqual([]);
});

test("C1: the inventory is Markdown whose cells hold whatever they are given", () => {
  const text = inventoryMarkdown(
    { services: { web: { images: ["a|b", "c"], tasks: 2 }, api: { cpu: "256" } }, queues: {} },
    {
      ...{
        workload: "shop",
        sourceRegion: "us-east-1",
        targetRegion: "eu-west-1",
        at: "2026-01-01T00:00:00Z",
      },
      leadTimes: [{ what: "TTL", ahead: "48 hours", how: "lower it" }],
      checklist: ["webhooks"],
    },
  );
  expect(text).toContain(
    "| name | images | tasks | cpu |\n| --- | --- | --- | --- |\n| web | a\\|b, c | 2 |  |\n| api |  |  | 256 |",
  );
  expect(text).not.toContain("queues");
  expect(text).toContain("- [ ] webhooks");
});

test("B10: the places that name a region are told, and what stands there is not", () => {
  const places = regionLiterals(
    {
      ...{ arn: "", cpu: "", memory: "" },
      containers: [
        {
          name: "web",
          image: "123.dkr.ecr.us-east-1.amazonaws.com/web:1",
          command: ["serve"],
          environment: { QUEUE: "https://sqs.us-east-1.amazonaws.com/1/q", OTHER: "us-east-10, eu-west-1" },
          secrets: { KEY: "arn:aws:secretsmanager:us-east-1:1:secret:k" },
        },
      ],
    },
    "us-east-1",
  );
  expect(places).toEqual(["web: image", "web: environment QUEUE", "web: secret KEY"]);
});

test("a target's database that is less than the source's is found out", () => {
  const instance: RdsInstance = {
    ...{ identifier: "orders", arn: "", status: "available", engine: "postgres", engineVersion: "18.1" },
    ...{ instanceClass: "db.r7g.large", storageGib: 100, multiAz: true, deletionProtection: true },
    ...{
      backupRetentionDays: 7,
      parameterGroups: [],
      subnetGroup: "",
      securityGroupIds: [],
      replicas: [],
      tags: {},
    },
  };
  expect(twinFindings("orders", instance, instance, false)).toEqual([]);
  const less = {
    ...instance,
    status: "creating",
    instanceClass: "db.t4g.micro",
    storageGib: 50,
    multiAz: false,
  };
  const found = twinFindings(
    "orders",
    instance,
    { ...less, backupRetentionDays: 0, deletionProtection: false },
    false,
  );
  expect(found.map(({ severity, found: text }) => `${severity}: ${text}`)).toEqual([
    "blocks: orders: the target's instance is creating",
    "warns: orders: the target's class is db.t4g.micro",
    "warns: orders: the target's storage is 50 GiB",
    "warns: orders: the target's instance has no standby in another zone",
    "warns: orders: the target's instance may be deleted",
    "warns: orders: the target's instance keeps no backups",
  ]);
});
