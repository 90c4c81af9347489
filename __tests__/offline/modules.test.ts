import { REPLACES } from "../../offline/replaces";
import type { StackState } from "../../offline/workspace";
import { onBench, STACK } from "./configuration";
import { IMPORTED } from "./imported";
import { MODULES } from "./modules";

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

const valuesIn =
  ({ resources }: StackState) =>
  (address: string): Readonly<Record<string, unknown>> =>
    resources.find((one) => one.address === address)?.values ?? {};

const importing = (to: string, id: string) => ({
  to,
  id,
  provider: id.endsWith("@eu-west-1") ? "aws.there" : "aws.here",
});

test("A1: every kind of module applies in two regions, with results of AWS's form, and a second plan is empty", async () => {
  await onBench(MODULES, async ({ workspace }) => {
    await workspace.apply(STACK);
    const values = valuesIn(await workspace.state(STACK));
    expect(values("aws_rds_cluster.carts")).toMatchObject({
      arn: "arn:aws:rds:us-east-1:123456789012:cluster:shop-carts",
      endpoint: matching(/^shop-carts\.cluster-c[0-9a-f]{12}\.us-east-1\.rds\.amazonaws\.com$/),
      reader_endpoint: matching(/^shop-carts\.cluster-ro-c/),
      port: 5432,
      master_user_secret: [{ secret_arn: matching(/secret:rds!cluster-[0-9a-f-]{36}-[0-9a-f]{6}$/) }],
    });
    expect(values("aws_rds_cluster.second")).toMatchObject({
      database_name: "carts",
      master_user_secret: [],
    });
    expect(["one", "two"].map((id) => values(`aws_rds_cluster_instance.${id}`).writer)).toEqual([
      true,
      false,
    ]);
    expect(values("aws_rds_global_cluster.carts")).toMatchObject({
      arn: "arn:aws:rds::123456789012:global-cluster:shop-carts",
      engine: "aurora-postgresql",
    });
    expect(values("aws_db_instance.replica")).toMatchObject({
      engine: "postgres",
      engine_version: "17.4",
      username: "operator",
      port: 5432,
      address: matching(/^shop-orders\.c[0-9a-f]{12}\.eu-west-1\.rds/),
      master_user_secret: [],
    });
    expect(values("aws_elasticache_replication_group.sessions")).toMatchObject({
      primary_endpoint_address: matching(/^master\.shop-sessions\.[0-9a-f]{6}\.us-east-1\.cache/),
      user_group_ids: ["shop"],
    });
    expect(values("aws_elasticache_replication_group.second")).toMatchObject({
      engine: "valkey",
      node_type: "cache.r7g.large",
      global_replication_group_id: matching(/^[0-9a-f]{5}-sessions$/),
    });
    expect(values("aws_cloudformation_stack.users").outputs).toEqual({
      Engine: "valkey",
      GroupArn: "shop.Arn",
      GroupId: "shop",
      Region: "us-east-1",
    });
    const keys = [values("aws_kms_key.data"), values("aws_kms_replica_key.data")];
    expect(keys.map(({ arn }) => arn)).toEqual([
      matching(/^arn:aws:kms:us-east-1:\d+:key\/mrk-[0-9a-f]{32}$/),
      matching(/^arn:aws:kms:eu-west-1:\d+:key\/mrk-[0-9a-f]{32}$/),
    ]);
    expect(keys[0]?.key_id).toBe(keys[1]?.key_id);
    const tokens = ["here", "there"].map((side) => {
      const [dkim] = values(`aws_sesv2_email_identity.${side}`).dkim_signing_attributes as {
        tokens: string[];
      }[];
      return dkim?.tokens ?? [];
    });
    expect(new Set(tokens.flat()).size).toBe(6);
    expect(values("aws_scheduler_schedule.nightly").arn).toMatch(/:schedule\/shop\/nightly$/);
    expect(values("aws_service_discovery_service.pooler").namespace_id).toBe(
      values("aws_service_discovery_private_dns_namespace.shop").id,
    );
    expect(values("aws_wafv2_web_acl.edge").arn).toMatch(/:global\/webacl\/shop\/[0-9a-f-]{36}$/);
    expect((await workspace.plan(STACK)).changes).toEqual([]);
  });
});

test("every type that holds data is among the modules here", () => {
  const types = Object.keys(MODULES.resource as object);
  const holding = Object.entries(REPLACES).filter(([, { stateful }]) => stateful);
  expect(holding.map(([type]) => type).filter((type) => !types.includes(type))).toEqual([]);
});

test("what was made offline is imported by the id that AWS takes, and nothing changes", async () => {
  await onBench(MODULES, async ({ workspace, rewrite }) => {
    await workspace.apply(STACK);
    const { resources } = await workspace.state(STACK);
    const ids = resources.map(({ address, values }) => {
      const byId = `${values.id as string}@${values.region as string}`;
      return [
        address,
        IMPORTED[address] ?? (values.region === undefined ? (values.id as string) : byId),
      ] as const;
    });
    expect(Object.keys(IMPORTED).filter((address) => !ids.some(([one]) => one === address))).toEqual([]);
    await rewrite({ removed: ids.map(([from]) => ({ from, lifecycle: { destroy: false } })) });
    await workspace.apply(STACK);
    expect((await workspace.state(STACK)).resources).toEqual([]);

    await rewrite({ ...MODULES, import: ids.map(([to, id]) => importing(to, id)) });
    expect((await workspace.plan(STACK)).changes).toEqual([]);
  });
});

test("what nobody made offline is imported without a replacement, and the plan after that is empty", async () => {
  const imports = Object.entries(IMPORTED).map(([to, id]) => importing(to, id));
  await onBench({ ...MODULES, import: imports }, async ({ workspace, standIn }) => {
    const { changes } = await workspace.plan(STACK);
    expect(changes.filter(({ actions }) => actions.includes("delete"))).toEqual([]);
    const created = changes.filter(({ actions }) => actions.includes("create")).map(({ address }) => address);
    expect(created.filter((address) => address in IMPORTED)).toEqual([]);
    await workspace.apply(STACK);
    expect((await workspace.plan(STACK)).changes).toEqual([]);
    expect(standIn.cloud.find("aws_ecs_service")).toMatchObject([
      { arn: "arn:aws:ecs:us-east-1:123456789012:service/shop/web" },
    ]);
  });
});

test("a global database that its first cluster does not expect shows as a change of that cluster", async () => {
  const { aws_rds_cluster: clusters, aws_rds_global_cluster: databases } = MODULES.resource as Record<
    string,
    Record<string, Record<string, unknown>>
  >;
  const carts = { ...clusters?.carts, kms_key_id: undefined, lifecycle: {} };
  const configuration = {
    resource: { aws_rds_cluster: { carts }, aws_rds_global_cluster: databases },
  };
  await onBench(configuration, async ({ workspace }) => {
    await workspace.apply(STACK);
    expect((await workspace.plan(STACK)).changes).toMatchObject([
      { address: "aws_rds_cluster.carts", before: { global_cluster_identifier: "shop-carts" } },
    ]);
  });
});

test("a template that changes gives the stack's outputs anew", async () => {
  const stack = (id: string) => ({
    resource: {
      aws_cloudformation_stack: {
        users: {
          provider: "aws.here",
          name: "users",
          template_body: JSON.stringify({ Outputs: { GroupId: { Value: id } } }),
        },
      },
    },
    output: { group: { value: '${aws_cloudformation_stack.users.outputs["GroupId"]}' } },
  });
  await onBench(stack("one"), async ({ workspace, rewrite }) => {
    await workspace.apply(STACK);
    await rewrite(stack("two"));
    await workspace.apply(STACK);
    expect((await workspace.state(STACK)).outputs).toEqual({ group: "two" });
  });
});
