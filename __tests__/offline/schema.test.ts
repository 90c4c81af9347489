import * as fs from "node:fs";
import * as path from "node:path";
import { readBindings } from "../../offline/schema/bindings";
import { openCatalog } from "../../offline/schema/catalog";
import { shapeOf } from "../../offline/schema/shape";
import { moduleSource } from "../../offline/schema/source";

const library = path.join(path.dirname(require.resolve("@cdktf/provider-aws/package.json")), "lib");
const catalog = openCatalog();

function managed(type: string) {
  const block = catalog.find("managed", type);
  if (!block) throw new Error(`no ${type}`);
  return block;
}

test("every type of the installed bindings has a schema, with nothing left that is not understood", () => {
  const folders = fs
    .readdirSync(library)
    .filter((name) => fs.existsSync(path.join(library, name, "index.js")));
  const shapes = folders.map((name) => shapeOf(readBindings(moduleSource(path.join(library, name)), name)));
  expect(shapes.length).toBeGreaterThan(2000);
  expect(
    shapes.filter(({ attributes, blocks }) => Object.keys({ ...attributes, ...blocks }).length === 0),
  ).toEqual([]);
});

test("arguments and results keep their types and whether AWS decides them", () => {
  const { attributes } = managed("aws_db_instance");
  expect(attributes.address).toMatchObject({ type: "string", computed: true, optional: false });
  expect(attributes.instance_class).toMatchObject({ type: "string", required: true, computed: false });
  expect(attributes.vpc_security_group_ids).toMatchObject({
    type: ["set", "string"],
    optional: true,
    computed: true,
  });
  expect(attributes.replicas).toMatchObject({ type: ["list", "string"] });
  expect(attributes.master_user_secret).toMatchObject({
    type: ["list", ["object", { kms_key_id: "string", secret_arn: "string", secret_status: "string" }]],
  });
  expect(managed("aws_vpc").attributes.tags).toMatchObject({ type: ["map", "string"] });
});

test("blocks keep how often they may stand and whether their order counts", () => {
  const { blocks } = managed("aws_cloudfront_distribution");
  expect(blocks.origin).toMatchObject({ nesting: "set", minItems: 1, maxItems: 0 });
  expect(blocks.ordered_cache_behavior).toMatchObject({ nesting: "list", minItems: 0, maxItems: 0 });
  expect(blocks.default_cache_behavior).toMatchObject({ nesting: "list", minItems: 1, maxItems: 1 });
  expect(managed("aws_db_instance").blocks.timeouts).toMatchObject({ nesting: "single" });
});

test("rules of a security group are an attribute, as the provider has them, and not blocks", () => {
  const { attributes, blocks } = managed("aws_security_group");
  expect(blocks.ingress).toBeUndefined();
  expect(attributes.ingress).toMatchObject({ optional: true, computed: true });
});

test("write-only arguments are marked, and so are secrets", () => {
  const { attributes } = managed("aws_secretsmanager_secret_version");
  expect(attributes.secret_string_wo).toMatchObject({ writeOnly: true, sensitive: true });
  expect(attributes.secret_string).toMatchObject({ writeOnly: false, sensitive: true });
  expect(attributes.has_secret_string_wo).toMatchObject({ writeOnly: false });
});

test("what an argument is worth when left out is part of the schema", () => {
  expect(managed("aws_lb_target_group").blocks.health_check?.block.attributes.interval).toMatchObject({
    default: 30,
  });
});

test("the provider's own configuration has its blocks", () => {
  const { attributes, blocks } = catalog.provider();
  expect(attributes.alias).toBeUndefined();
  expect(attributes.region).toMatchObject({ type: "string", optional: true });
  expect(blocks.default_tags?.block.attributes.tags).toMatchObject({ type: ["map", "string"] });
});

test("fails to find what the bindings do not have", () => {
  expect(catalog.find("managed", "aws_no_such_thing")).toBeUndefined();
  expect(catalog.find("ephemeral", "aws_vpc")).toBeUndefined();
});

test("fails on a file that no generator wrote, naming it", () => {
  expect(() => readBindings("export class Nothing {}", "some/file.js")).toThrow(
    /some\/file\.js: expected a generated/,
  );
});
