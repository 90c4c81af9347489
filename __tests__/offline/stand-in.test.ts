import * as fs from "node:fs";
import * as path from "node:path";
import { network, onBench, STACK } from "./configuration";

test("a change plans an update, a replacement where AWS replaces, and nothing the second time", async () => {
  const group = (name: string, interval: number) => ({
    resource: {
      aws_vpc: { main: network("10.0.0.0/16") },
      aws_lb_target_group: {
        web: {
          provider: "aws.here",
          name,
          port: 8080,
          protocol: "HTTP",
          target_type: "ip",
          vpc_id: "${aws_vpc.main.id}",
          health_check: { path: "/healthz", interval },
        },
      },
    },
  });
  await onBench(group("web", 10), async ({ workspace, rewrite }) => {
    const first = await workspace.plan(STACK);
    expect(first.changes.map(({ actions }) => actions)).toEqual([["create"], ["create"]]);
    await workspace.apply(STACK);
    expect(await workspace.plan(STACK)).toMatchObject({ empty: true, changes: [], outputs: [] });

    await rewrite(group("web", 20));
    const update = await workspace.plan(STACK);
    expect(update.changes).toMatchObject([{ address: "aws_lb_target_group.web", actions: ["update"] }]);

    await rewrite(group("web-2", 20));
    const replacement = await workspace.plan(STACK);
    expect(replacement.changes).toMatchObject([
      { actions: ["delete", "create"], replaceBecauseOf: ["name"] },
    ]);
  });
});

test("what is left out has its default in the state, and AWS's own results are made up after its fashion", async () => {
  const database = {
    resource: {
      aws_db_instance: {
        orders: {
          provider: "aws.there",
          identifier: "storefront-orders",
          engine: "postgres",
          engine_version: "18.1",
          instance_class: "db.m7g.large",
          username: "operator",
          manage_master_user_password: true,
          skip_final_snapshot: true,
        },
      },
      aws_secretsmanager_secret: {
        password: { provider: "aws.here", name: "orders", replica: [{ region: "eu-west-1" }] },
      },
    },
  };
  await onBench(database, async ({ workspace }) => {
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    const values = (type: string) => resources.find((one) => one.type === type)?.values;
    expect(values("aws_db_instance")).toMatchObject({
      address: expect.stringMatching(
        /^storefront-orders\.c[0-9a-f]{12}\.eu-west-1\.rds\.amazonaws\.com$/,
      ) as string,
      port: 5432,
      region: "eu-west-1",
      status: "available",
      engine_version_actual: "18.1",
      publicly_accessible: false,
      master_user_secret: [
        {
          secret_arn: expect.stringMatching(
            /^arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-[0-9a-f-]{36}-[0-9a-f]{6}$/,
          ) as string,
          secret_status: "active",
        },
      ],
    });
    expect(values("aws_secretsmanager_secret")).toMatchObject({
      arn: expect.stringMatching(
        /^arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-[0-9a-f]{6}$/,
      ) as string,
      tags_all: { owner: "us" },
      replica: [{ region: "eu-west-1", status: "InSync" }],
    });
  });
});

test("two aliases at once: each resource lands in its own region, and equal twins differ", async () => {
  const both = {
    resource: {
      aws_vpc: Object.fromEntries(
        ["here", "there"].flatMap((alias) =>
          [1, 2, 3, 4].map((i) => [`${alias}-${i}`, network("10.0.0.0/16", alias)]),
        ),
      ),
      aws_cloudwatch_log_group: {
        here: { provider: "aws.here", name: "/web" },
        there: { provider: "aws.there", name: "/web" },
      },
    },
  };
  await onBench(both, async ({ workspace }) => {
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    for (const { address, values } of resources) {
      expect([address, values.region]).toEqual([
        address,
        address.includes("here") && !address.includes("there") ? "us-east-1" : "eu-west-1",
      ]);
    }
    const networks = resources.filter(({ type }) => type === "aws_vpc");
    expect(new Set(networks.map(({ values }) => values.id)).size).toBe(8);
    expect((await workspace.plan(STACK)).empty).toBe(true);
  });
});

test("a resource that moves to another region's provider is replaced, and one that names its region stays", async () => {
  const networks = (alias: string) => ({
    resource: {
      aws_vpc: {
        follows: network("10.0.0.0/16", alias),
        names: { ...network("10.1.0.0/16", alias), region: "us-east-1" },
      },
    },
  });
  await onBench(networks("here"), async ({ workspace, rewrite }) => {
    await workspace.apply(STACK);
    await rewrite(networks("there"));
    const { changes } = await workspace.plan(STACK);
    expect(changes.filter(({ actions }) => actions.includes("delete"))).toMatchObject([
      { address: "aws_vpc.follows", replaceBecauseOf: ["region"], after: { region: "eu-west-1" } },
    ]);
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    expect(resources.map(({ address, values }) => [address, values.region])).toEqual([
      ["aws_vpc.follows", "eu-west-1"],
      ["aws_vpc.names", "us-east-1"],
    ]);
  });
});

test("a local module may use types that nothing else uses", async () => {
  await onBench({}, async ({ workspace, directory, rewrite }) => {
    const module = path.join(directory, "source", "network");
    fs.mkdirSync(module);
    fs.writeFileSync(
      path.join(module, "main.tf"),
      'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
    );
    await rewrite({ module: { network: { source: "./network", providers: { aws: "aws.there" } } } });
    await workspace.apply(STACK);
    expect((await workspace.state(STACK)).resources).toMatchObject([
      { address: "module.network.aws_vpc.main", values: { region: "eu-west-1" } },
    ]);
  });
});

test("a write-only value from an ephemeral resource stands neither in the plan nor in the state", async () => {
  const secret = {
    ephemeral: {
      aws_secretsmanager_random_password: { made: { provider: "aws.here", exclude_punctuation: true } },
    },
    resource: {
      aws_secretsmanager_secret: { password: { provider: "aws.here", name: "orders" } },
      aws_secretsmanager_secret_version: {
        password: {
          provider: "aws.here",
          secret_id: "${aws_secretsmanager_secret.password.id}",
          secret_string_wo: "${ephemeral.aws_secretsmanager_random_password.made.random_password}",
          secret_string_wo_version: 1,
        },
      },
    },
  };
  await onBench(secret, async ({ workspace, standIn, directory }) => {
    const plan = await workspace.plan(STACK);
    expect(plan.changes).toHaveLength(2);
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    const version = resources.find(({ type }) => type === "aws_secretsmanager_secret_version");
    expect(version?.values).toMatchObject({ secret_string_wo: null, has_secret_string_wo: true });
    expect(standIn.cloud.find("aws_secretsmanager_secret_version")).toMatchObject([
      { secret_string_wo: null },
    ]);
    const stateFile = fs.readFileSync(path.join(directory, "workspace", "state", `${STACK}.tfstate`), "utf8");
    expect(stateFile).not.toMatch(/[A-Za-z0-9]{32}"/);
    expect((await workspace.plan(STACK)).empty).toBe(true);
  });
});

test("destroy leaves nothing behind", async () => {
  await onBench(
    { resource: { aws_vpc: { main: network("10.0.0.0/16") } } },
    async ({ workspace, standIn }) => {
      await workspace.apply(STACK);
      await workspace.destroy(STACK);
      expect((await workspace.state(STACK)).resources).toEqual([]);
      expect(standIn.cloud.find("aws_vpc")).toEqual([]);
    },
  );
});

test("a new revision of a task definition has the next number, though the last one is gone", async () => {
  const task = (image: string) => ({
    resource: {
      aws_ecs_task_definition: {
        web: {
          provider: "aws.here",
          family: "web",
          container_definitions: JSON.stringify([{ name: "web", image }]),
        },
      },
    },
  });
  await onBench(task("web:1"), async ({ workspace, rewrite }) => {
    await workspace.apply(STACK);
    await rewrite(task("web:2"));
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    expect(resources).toMatchObject([{ values: { revision: 2 } }]);
    expect(resources[0]?.values.arn).toMatch(/:task-definition\/web:2$/);
  });
});
