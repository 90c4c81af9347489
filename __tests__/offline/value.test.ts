import { Encoder, ExtData } from "@msgpack/msgpack";
import { conform, mapAttributes } from "../../offline/block-value";
import { openCatalog } from "../../offline/schema/catalog";
import { decode, encode, hasUnknown, same, UNKNOWN, Unknown } from "../../offline/value";

test("what Terraform sends comes back as it came, refined unknowns too", () => {
  const refined = new ExtData(12, new Uint8Array([0x81, 0x01, 0xc2]));
  const sent = new Encoder().encode({
    id: new ExtData(0, new Uint8Array([0])),
    arn: refined,
    count: 2,
    tags: null,
  });
  const value = decode({ msgpack: sent });
  expect(hasUnknown(value)).toBe(true);
  const back = decode(encode(value)) as Record<string, unknown>;
  expect(back.id).toBe(UNKNOWN);
  expect(back.arn).toEqual(new Unknown(12, new Uint8Array([0x81, 0x01, 0xc2])));
  expect(back).toMatchObject({ count: 2, tags: null });
});

test("equality does not depend on the order of names", () => {
  expect(same({ a: 1, b: [{ c: null, d: "x" }] }, { b: [{ d: "x", c: null }], a: 1 })).toBe(true);
  expect(same({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
});

test("a stored state is brought into the schema's shape: unknown names go, missing ones are null or empty", () => {
  const block = openCatalog().find("managed", "aws_lb_target_group");
  if (!block) throw new Error("no schema");
  const shaped = conform(block, { name: "web", gone_since_long: true, health_check: [{ path: "/healthz" }] });
  expect(shaped).toMatchObject({ name: "web", port: null, stickiness: [] });
  expect(shaped).not.toHaveProperty("gone_since_long");
  expect(shaped.health_check).toMatchObject([{ path: "/healthz", interval: null }]);
});

test("every attribute is visited with its place, in nested blocks too", () => {
  const block = openCatalog().find("managed", "aws_secretsmanager_secret");
  if (!block) throw new Error("no schema");
  const places: string[] = [];
  mapAttributes(block, { name: "n", replica: [{ region: "eu-west-1" }] }, (_attribute, value, place) => {
    places.push(place.join("."));
    return value;
  });
  expect(places).toEqual(expect.arrayContaining(["name", "replica.0.region", "replica.0.status"]));
});
