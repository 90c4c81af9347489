import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackPlan } from "../../offline/workspace";
import type { Workload } from "../../lib/workload/workload";
import { relocation, storefront, synthesizeInto } from "./example";

const workload: Workload = {
  ...storefront,
  caches: { sessions: { engineVersion: "8.0" } },
  queues: ["jobs"],
  registries: ["app"],
  secrets: ["payment"],
  keys: ["personal"],
};

/** What exists in the source's region, by its address in the standby stack without the hash. */
const ADOPTED = {
  "aws_db_instance.us-east-1_orders_instance": "shop-prod",
  "aws_ecr_repository.us-east-1_app_repository": "storefront/app",
  "aws_elasticache_replication_group.us-east-1_sessions_replication-group": "shop-sessions",
  "aws_kms_key.us-east-1_personal_key": "mrk-1234abcd12ab34cd56ef1234567890ab",
  "aws_s3_bucket.us-east-1_uploads_bucket": "shop-uploads",
  "aws_secretsmanager_secret.us-east-1_payment_secret":
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/payment-AbCdEf",
  "aws_sqs_queue.us-east-1_jobs_queue": "https://sqs.us-east-1.amazonaws.com/123456789012/shop-jobs",
};

const network = {
  vpc: "vpc-0a1b2c3d4e5f60718",
  internetGateway: "igw-0a1b2c3d4e5f60718",
  publicRouteTable: "rtb-0a1b2c3d4e5f60718",
  zones: ["a", "b"].map((zone) => ({
    publicSubnet: `subnet-0${zone}1`,
    privateSubnet: `subnet-0${zone}2`,
    natAddress: `eipalloc-0${zone}`,
    natGateway: `nat-0${zone}`,
    privateRouteTable: `rtb-0${zone}`,
  })),
};

const BALANCERS = "arn:aws:elasticloadbalancing:us-east-1:123456789012";

/** The load balancer with what stands with it, likewise. */
const ADOPTED_ENTRY = {
  "aws_lb.us-east-1_load-balancer": `${BALANCERS}:loadbalancer/app/shop-front/0a1b2c3d4e5f6071`,
  "aws_lb_listener.us-east-1_load-balancer_https": `${BALANCERS}:listener/app/shop-front/0a1b2c3d4e5f6071/8192a3b4c5d6e7f8`,
  "aws_lb_target_group.us-east-1_web_targets": `${BALANCERS}:targetgroup/shop-web/1a2b3c4d5e6f7081`,
  "aws_ecs_service.us-east-1_web_service": "shop/web",
};

let directory: string;
let standIn: StandIn;
let plan: StackPlan;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "adopted-"));
  standIn = await startStandIn();
  const [loadBalancer, listener, targetGroup, service] = Object.values(ADOPTED_ENTRY) as [
    ...[string, string, string, string],
  ];
  const [instance, repository, cache, key, bucket, secret, queue] = Object.values(ADOPTED) as [
    ...[string, string, string, string, string, string, string],
  ];
  const synthesis = synthesizeInto(path.join(directory, "out"), {
    ...relocation,
    workload,
    source: {
      ...relocation.source,
      adopt: {
        network,
        loadBalancer: { loadBalancer, listener, securityGroup: "sg-0a1b2c3d4e5f60718" },
        targetGroups: { web: targetGroup },
        services: { web: service },
        databases: { orders: instance },
        registries: { app: repository },
        caches: { sessions: cache },
        keys: { personal: key },
        buckets: { uploads: bucket },
        secrets: { payment: secret },
        queues: { jobs: queue },
      },
    },
  });
  const workspace = await openWorkspace({ synthesis, directory: path.join(directory, "work"), standIn });
  await workspace.init("storefront-standby");
  plan = await workspace.plan("storefront-standby");
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true });
});

interface Change {
  readonly address: string;
  readonly change: { readonly actions: readonly string[]; readonly importing?: { readonly id: string } };
}

test("A1: what exists in the source's region is imported under the addresses it would have been made with", () => {
  const { resource_changes: changes } = plan.json as { resource_changes: Change[] };
  const imported = changes.flatMap(({ address, change }) =>
    change.importing ? [[address.replace(/_[0-9A-F]{8}$/, ""), change.importing.id]] : [],
  );
  expect(Object.fromEntries(imported)).toMatchObject({ ...ADOPTED, ...ADOPTED_ENTRY });
  const more = imported.filter(([address]) => !(address! in { ...ADOPTED, ...ADOPTED_ENTRY }));
  expect(more.filter(([address]) => !/^\w+\.us-east-1_network_/.test(address!))).toEqual([]);
});

test("an adoption replaces and destroys nothing, and the target's twin is new", () => {
  expect(plan.changes.filter(({ actions }) => actions.includes("delete"))).toEqual([]);
  const created = plan.changes
    .filter(({ actions }) => actions.join() === "create")
    .map(({ address }) => address.replace(/_[0-9A-F]{8}$/, ""));
  // A secret's and a key's twin is a replica: of what was adopted.
  expect(created).toEqual(
    expect.arrayContaining(
      Object.keys(ADOPTED)
        .filter((address) => !/_(payment|personal)_/.test(address))
        .map((address) => address.replace("us-east-1", "eu-west-1")),
    ),
  );
});
