import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, Fn, TerraformStack } from "cdktf";
import { Dashboard } from "../../lib/link/dashboard";
import { type DashboardSide, dashboardWidgets, type Widget } from "../../lib/link/dashboard-widgets";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn } from "../../offline/stand-in";
import { openWorkspace } from "../../offline/workspace";
import { inRegion } from "../regional/synthesized";

const arn = (region: string) =>
  `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/app/storefront/1`;

const side = (region: string, changes: Partial<DashboardSide> = {}): DashboardSide => ({
  region,
  databases: { orders: { engine: "postgres", identifier: "storefront-orders" } },
  caches: { sessions: { replicationGroupId: "storefront-sessions" } },
  services: { web: { clusterName: "storefront-web", serviceName: "storefront-web" } },
  loadBalancer: { arn: arn(region) },
  queues: { mails: { name: "storefront-mails" } },
  buckets: { uploads: { bucketName: `storefront-uploads-${region}` } },
  ...changes,
});
const nothing = { databases: {}, caches: {}, services: {}, loadBalancer: undefined, queues: {}, buckets: {} };

const titled = (widgets: readonly Widget[], begin: string) =>
  widgets.filter(({ properties }) => properties.title.startsWith(begin));

describe("the widgets", () => {
  const widgets = dashboardWidgets(side("us-east-1"), side("eu-west-1"));

  test("B3: both regions stand side by side, the source on the left, and lag comes first", () => {
    const [left, right] = widgets;
    expect(left).toMatchObject({ x: 0, y: 0, properties: { region: "us-east-1" } });
    expect(right).toMatchObject({ x: 12, y: 0, properties: { region: "eu-west-1" } });
    expect(left?.properties.metrics).toEqual([
      [
        ...["AWS/RDS", "OldestReplicationSlotLag", "DBInstanceIdentifier", "storefront-orders"],
        { label: "orders", stat: "Maximum" },
      ],
    ]);
    expect(widgets.filter(({ x }) => x === 0)).toHaveLength(widgets.length / 2);
  });

  test("no two widgets cover each other", () => {
    const places = widgets.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
    expect(widgets.every(({ x, y, width, height }) => x % width === 0 && y % height === 0)).toBe(true);
  });

  test("B7: each region shows the objects on their way to it, by the link's own rule", () => {
    const [, right] = titled(widgets, "Objects still to come in");
    expect(right?.properties.metrics[0]).toEqual([
      ...["AWS/S3", "OperationsPendingReplication"],
      ...[
        "SourceBucket",
        "storefront-uploads-us-east-1",
        "DestinationBucket",
        "storefront-uploads-eu-west-1",
      ],
      ...["RuleId", "to-eu-west-1", { label: "uploads", stat: "Maximum" }],
    ]);
  });

  test("Aurora is asked by cluster, and has no slot of its own where it is MySQL", () => {
    const databases = { carts: { engine: "aurora-mysql" as const, identifier: "storefront-carts" } };
    const aurora = dashboardWidgets(side("us-east-1", { databases }), side("eu-west-1", { databases }));
    expect(titled(aurora, "Lag of the oldest")).toEqual([]);
    expect(titled(aurora, "Lag of the global")[0]?.properties.metrics[0]).toEqual(
      expect.arrayContaining(["DBClusterIdentifier", "storefront-carts"]),
    );
  });

  test("what neither region has takes no place; what one has keeps its side", () => {
    expect(dashboardWidgets(side("us-east-1", nothing), side("eu-west-1", nothing))).toEqual([]);
    const one = dashboardWidgets(side("us-east-1", nothing), side("eu-west-1"));
    const [left, right] = titled(one, "Requests");
    expect(left?.properties.metrics).toEqual([]);
    expect(right?.properties.metrics).toHaveLength(1);
  });
});

test("the body is JSON once Terraform has filled in the load balancer", async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "dashboard-"));
  const standIn = await startStandIn();
  try {
    const app = new App({ outdir: directory, stackTraces: false });
    const scope = new RegionScope(new TerraformStack(app, "links"), "eu-west-1", { region: "eu-west-1" });
    const loadBalancer = { arn: Fn.join("", [arn("eu-west-1")]) };
    new Dashboard(scope, "dashboard", {
      name: "storefront",
      source: side("us-east-1"),
      target: side("eu-west-1", { loadBalancer }),
    });
    app.synth();
    const stacks = [{ name: "links", directory: path.join(directory, "stacks/links"), dependencies: [] }];
    const work = path.join(directory, "work");
    const workspace = await openWorkspace({ synthesis: { stacks }, directory: work, standIn });
    await workspace.init("links");
    await workspace.apply("links");
    const [dashboard] = (await workspace.state("links")).resources;
    const body = JSON.parse(dashboard?.values.dashboard_body as string) as { widgets: Widget[] };
    expect(titled(body.widgets, "Requests")[1]?.properties.metrics[0]).toEqual([
      ...["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/storefront/1"],
      { label: "RequestCount", stat: "Sum" },
    ]);
  } finally {
    standIn.close();
    fs.rmSync(directory, { recursive: true, force: true });
  }
});

test("fails on a name that CloudWatch does not take", () => {
  const dashboard = () =>
    inRegion("eu-west-1", (scope) => {
      const props = { source: side("us-east-1"), target: side("eu-west-1") };
      new Dashboard(scope, "dashboard", { name: "store front", ...props });
    });
  expect(dashboard).toThrow(/eu-west-1\/dashboard: the dashboard name "store front" is not of the form/);
});
