import { App } from "cdktf";
import { Relocation } from "../../stacks/relocation";
import type { RelocationProps } from "../../stacks/relocation-props";
import { bazaar } from "./bazaar";
import { type Case, failsOn, part, props, region, thing, workload } from "./broken";
import { refusals } from "./refusals";

const NOT_READ = "found a property of this name, expected none";

const cases: readonly Case[] = [
  ["no services", workload({ services: undefined }), "services: found nothing, expected an object"],
  [
    "a version that is a number",
    thing("databases", "orders", { engineVersion: 18 }),
    "databases.orders.engineVersion: found 18, expected text",
  ],
  [
    "a port that is text",
    thing("services", "web", { port: "8080" }),
    'services.web.port: found "8080", expected a number',
  ],
  [
    "one name in the place of a list",
    thing("services", "web", { databases: "orders" }),
    'services.web.databases: found "orders", expected a list',
  ],
  [
    "an image without tag",
    thing("services", "web", { image: { registry: "images" } }),
    'services.web.image: found {"registry":"images"}, expected text, or a registry and a tag',
  ],
  [
    "a service that is nothing",
    workload({ services: { ...bazaar.services, api: null } }),
    "services.api: found null, expected an object",
  ],
  [
    "a list of databases",
    workload({ databases: [{ engineVersion: "18" }] }),
    'databases: found [{"engineVersion":"18"}], expected an object with a property for each name',
  ],
  [
    "a description of what exists in the place of a function",
    region("source", { existing: {} }),
    "source.existing: found {}, expected a function",
  ],
  ["no runner image", props({ runnerImage: undefined }), "runnerImage: found nothing, expected text"],
  ["no target", props({ target: undefined }), "target: found nothing, expected an object"],
  ["a slip in a property of a database", thing("databases", "orders", { writerDiscovry: "cname" }), NOT_READ],
  ["what only workers have, on a web service", thing("services", "web", { maxTasks: 4 }), NOT_READ],
  ["a slip in a property of the edge", part("edge", { ttl: 60 }), "edge.ttl: " + NOT_READ],
  [
    "a slip in a property of a region",
    region("target", { vpcCidr: "10.0.0.0/16" }),
    "target.vpcCidr: " + NOT_READ,
  ],
  ["a slip in a property of the relocation", props({ account: "123456789012" }), "account: " + NOT_READ],
];

failsOn(cases);

test("fails on slips together with everything else that is wrong", () => {
  const broken = thing("databases", "orders", { engineVersion: "latest", multiAz: true });
  expect(refusals(broken)).toEqual([
    expect.stringContaining("databases.orders.multiAz"),
    expect.stringContaining("databases.orders.engineVersion"),
  ]);
});

test("a property that is left out as undefined is no slip", () => {
  expect(refusals(thing("services", "web", { maxTasks: undefined }))).toEqual([]);
});

test("fails on nothing at all", () => {
  expect(() => new Relocation(new App({ stackTraces: false }), {} as RelocationProps)).toThrow(
    /^the relocation of "" cannot be synthesized:\n {2}workload: found nothing, expected an object/,
  );
});
