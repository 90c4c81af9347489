import { type Configuration, network, onBench, STACK } from "./configuration";

const here = { provider: "aws.here" };

/** A parameter whose value something else writes. */
const PROOF = {
  ...here,
  name: "/proof",
  type: "String",
  value: "none",
  lifecycle: { ignore_changes: ["value"] },
};

test("variables of every type reach the configuration, texts that look like templates as they are", async () => {
  const typed = (type: string) => ({ type });
  const configuration = {
    variable: {
      text: typed("string"),
      amount: typed("number"),
      flag: typed("bool"),
      list: typed("list(string)"),
      map: typed("map(number)"),
      shape: typed("object({ name = string, sizes = list(number), deep = map(bool) })"),
      left: { type: "string", default: "as it was" },
    },
    output: Object.fromEntries(
      ["text", "amount", "flag", "list", "map", "shape", "left"].map((name) => [
        name,
        { value: `\${var.${name}}` },
      ]),
    ),
  };
  const variables = {
    text: 'a "quoted" ${text}\nof two lines',
    amount: 3,
    flag: true,
    list: ["a b", "${c}", "%{d}", '"'],
    map: { one: 1, "two words": 2 },
    shape: { name: "n", sizes: [1, 2.5], deep: { yes: true } },
  };
  await onBench(configuration, async ({ workspace }) => {
    await workspace.apply(STACK, variables);
    expect((await workspace.state(STACK)).outputs).toEqual({ ...variables, left: "as it was" });
  });
});

test("a counted resource comes and goes with its expression, and what refers to it follows", async () => {
  const counted = {
    variable: { snapshot: { type: "string", default: "" } },
    resource: {
      aws_db_instance: {
        restored: {
          ...here,
          count: '${var.snapshot == "" ? 0 : 1}',
          identifier: "orders",
          instance_class: "db.m7g.large",
          engine: "postgres",
          snapshot_identifier: "${var.snapshot}",
          skip_final_snapshot: true,
        },
      },
    },
    output: { host: { value: '${one(aws_db_instance.restored[*].address) == null ? "" : "there"}' } },
  };
  await onBench(counted, async ({ workspace }) => {
    await workspace.apply(STACK);
    expect(await workspace.state(STACK)).toMatchObject({ resources: [], outputs: { host: "" } });
    const { changes } = await workspace.plan(STACK, { snapshot: "rds:orders-1" });
    expect(changes).toMatchObject([{ address: "aws_db_instance.restored[0]", actions: ["create"] }]);
    await workspace.apply(STACK, { snapshot: "rds:orders-1" });
    expect((await workspace.state(STACK)).outputs).toEqual({ host: "there" });
    expect((await workspace.plan(STACK, { snapshot: "rds:orders-1" })).empty).toBe(true);
  });
});

test("a resource that becomes counted keeps its object when it is said to have moved", async () => {
  const vpc = (more: Configuration) => ({
    resource: { aws_vpc: { main: { ...network("10.0.0.0/16"), ...more } } },
  });
  await onBench(vpc({}), async ({ workspace, rewrite }) => {
    await workspace.apply(STACK);
    await rewrite({ ...vpc({ count: 1 }), moved: [{ from: "aws_vpc.main", to: "aws_vpc.main[0]" }] });
    expect((await workspace.plan(STACK)).changes).toEqual([]);
    await workspace.apply(STACK);
    expect((await workspace.state(STACK)).resources).toMatchObject([{ address: "aws_vpc.main[0]" }]);
  });
});

test("an object passes from one address to another by a removed and an import block at once", async () => {
  const bucket = (id: string) => ({ resource: { aws_s3_bucket: { [id]: { ...here, bucket: "uploads" } } } });
  await onBench(bucket("old"), async ({ workspace, standIn, rewrite }) => {
    await workspace.apply(STACK);
    await rewrite({
      ...bucket("new"),
      removed: [{ from: "aws_s3_bucket.old", lifecycle: { destroy: false } }],
      import: [{ to: "aws_s3_bucket.new", id: "uploads", provider: "aws.here" }],
    });
    const { changes } = await workspace.plan(STACK);
    expect(changes.filter(({ actions }) => !actions.includes("forget"))).toEqual([]);
    await workspace.apply(STACK);
    expect((await workspace.state(STACK)).resources).toMatchObject([{ address: "aws_s3_bucket.new" }]);
    expect(standIn.cloud.find("aws_s3_bucket")).toHaveLength(1);
  });
});

test("ignored changes stay as something else has made them", async () => {
  const parameter = {
    resource: {
      aws_ssm_parameter: { proof: PROOF },
    },
  };
  await onBench(parameter, async ({ workspace, standIn }) => {
    await workspace.apply(STACK);
    standIn.cloud.update("aws_ssm_parameter", "/proof", { value: "done" });
    expect((await workspace.plan(STACK)).changes).toEqual([]);
    await workspace.apply(STACK);
    expect(standIn.cloud.find("aws_ssm_parameter")).toMatchObject([{ value: "done" }]);
  });
});

describe("fails at plan time, with the words of the configuration", () => {
  const proof = (lifecycle: Configuration, place: "data" | "output") => ({
    variable: { retire: { type: "bool", default: false } },
    resource: {
      aws_ssm_parameter: { proof: PROOF },
    },
    data: {
      aws_ssm_parameter: {
        proof: {
          ...here,
          name: "${aws_ssm_parameter.proof.name}",
          ...(place === "data" ? { lifecycle } : {}),
        },
      },
    },
    output: {
      retired: { value: "${var.retire}", ...(place === "output" ? lifecycle : {}) },
    },
  });

  test.each([
    ["a precondition of an output", "output", { precondition: [check()] }],
    ["a postcondition of a data source", "data", { postcondition: [check("self.insecure_value")] }],
  ] as const)("%s", async (_name, place, lifecycle) => {
    await onBench(proof(lifecycle, place), async ({ workspace, standIn }) => {
      await workspace.apply(STACK);
      await expect(workspace.plan(STACK, { retire: true })).rejects.toThrow(
        /terraform plan ended with exit code 1[\s\S]*complete the relocation first/,
      );
      standIn.cloud.update("aws_ssm_parameter", "/proof", { value: "done" });
      expect(await workspace.plan(STACK, { retire: true })).toMatchObject({
        changes: [],
        outputs: ["retired"],
      });
    });
  });

  test("a guard against destruction", async () => {
    const bucket = {
      aws_s3_bucket: { kept: { ...here, bucket: "kept", lifecycle: { prevent_destroy: true } } },
    };
    await onBench({ resource: bucket }, async ({ workspace, standIn }) => {
      await workspace.apply(STACK);
      await expect(workspace.destroy(STACK)).rejects.toThrow(
        /[Ii]nstance cannot be destroyed[\s\S]*prevent_destroy/,
      );
      expect(standIn.cloud.find("aws_s3_bucket")).toHaveLength(1);
    });
  });
});

function check(value = "data.aws_ssm_parameter.proof.insecure_value") {
  return {
    condition: `\${!var.retire || ${value} == "done"}`,
    error_message: "complete the relocation first",
  };
}
