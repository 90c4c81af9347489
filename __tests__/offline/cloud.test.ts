import { textOf, type ObjectValue } from "../../offline/value";
import { network, onBench, STACK } from "./configuration";

const idOf = (object: ObjectValue | undefined) => textOf(object, "id") ?? "";

test("what changes behind Terraform's back shows in the next plan, and a plan that asks for the same is empty", async () => {
  const store = (value: string) => ({
    resource: {
      aws_cloudfront_key_value_store: { store: { provider: "aws.here", name: "router" } },
      aws_cloudfrontkeyvaluestore_key: {
        active: {
          provider: "aws.here",
          key_value_store_arn: "${aws_cloudfront_key_value_store.store.arn}",
          key: "active",
          value,
        },
      },
    },
  });
  await onBench(store("us-east-1"), async ({ workspace, standIn, rewrite }) => {
    await workspace.apply(STACK);
    const [key] = standIn.cloud.find("aws_cloudfrontkeyvaluestore_key");
    standIn.cloud.update("aws_cloudfrontkeyvaluestore_key", idOf(key), { value: "eu-west-1" });
    const drifted = await workspace.plan(STACK);
    expect(drifted.changes).toMatchObject([
      { before: { value: "eu-west-1" }, after: { value: "us-east-1" } },
    ]);
    await rewrite(store("eu-west-1"));
    expect((await workspace.plan(STACK)).empty).toBe(true);
  });
});

test("A2: a resource that is moved or imported stays what it is, and one that leaves the configuration is destroyed", async () => {
  const vpc = { resource: { aws_vpc: { old: network("10.0.0.0/16") } } };
  await onBench(vpc, async ({ workspace, standIn, rewrite }) => {
    await workspace.apply(STACK);
    await rewrite({
      resource: { aws_vpc: { new: network("10.0.0.0/16") } },
      moved: [{ from: "aws_vpc.old", to: "aws_vpc.new" }],
    });
    expect((await workspace.plan(STACK)).changes).toEqual([]);
    await workspace.apply(STACK);

    const [held] = standIn.cloud.find("aws_vpc");
    await rewrite({ removed: [{ from: "aws_vpc.new", lifecycle: { destroy: false } }] });
    await workspace.apply(STACK);
    await rewrite({
      resource: { aws_vpc: { again: network("10.0.0.0/16") } },
      import: [{ to: "aws_vpc.again", id: `${idOf(held)}@us-east-1`, provider: "aws.here" }],
    });
    expect((await workspace.plan(STACK)).changes.map(({ actions }) => actions)).toEqual([]);
    await workspace.apply(STACK);

    await rewrite({});
    expect((await workspace.plan(STACK)).changes).toMatchObject([{ actions: ["delete"], type: "aws_vpc" }]);
    await workspace.apply(STACK);
    expect(standIn.cloud.find("aws_vpc")).toEqual([]);
  });
});

test("an object that exists outside of the stand-in can be imported, and is never replaced by that", async () => {
  const bucket = {
    resource: { aws_s3_bucket: { uploads: { provider: "aws.there", bucket: "uploads-of-old" } } },
    import: [{ to: "aws_s3_bucket.uploads", id: "uploads-of-old@eu-west-1", provider: "aws.there" }],
  };
  await onBench(bucket, async ({ workspace }) => {
    const { changes } = await workspace.plan(STACK);
    expect(changes.every(({ actions }) => !actions.includes("delete"))).toBe(true);
    await workspace.apply(STACK);
    expect((await workspace.plan(STACK)).empty).toBe(true);
  });
});

test("fails to update what the cloud does not hold, or has no such attribute", async () => {
  await onBench(
    { resource: { aws_vpc: { main: network("10.0.0.0/16") } } },
    async ({ workspace, standIn }) => {
      await workspace.apply(STACK);
      const { cloud } = standIn;
      expect(() => cloud.update("aws_vpc", "vpc-none", {})).toThrow(
        /aws_vpc "vpc-none": expected one object .* found none/,
      );
      const id = idOf(cloud.find("aws_vpc")[0]);
      expect(() => cloud.update("aws_vpc", id, { cidr: "10.0.0.0/8" })).toThrow(/has no attribute cidr/);
    },
  );
});
