import { workloadFaults } from "../lib/workload";
import { storefront } from "./stacks/example";

const web = storefront.services.web!;

test("the example has no faults", () => {
  expect(workloadFaults(storefront)).toEqual([]);
});

test("a workload needs neither database nor bucket", () => {
  const { image, port, healthCheckPath, tasks } = web;
  expect(
    workloadFaults({
      name: "site",
      services: { web: { image, port, healthCheckPath, tasks } },
      edge: { publicName: "example.com", zone: "example.com" },
    }),
  ).toEqual([]);
});

test.each([
  [
    "a name that AWS names cannot be built from",
    { name: "Store_Front" },
    /^name: found the name "Store_Front"/,
  ],
  ["a name that is too long", { name: "a".repeat(21) }, /^name: .*20 characters at most/],
  [
    "an old PostgreSQL",
    { databases: { orders: { majorVersion: 15 } } },
    /^databases\.orders\.majorVersion: found 15/,
  ],
  [
    "half a major version",
    { databases: { orders: { majorVersion: 18.1 } } },
    /^databases\.orders\.majorVersion: found 18\.1/,
  ],
  [
    "a role that SQL reserves",
    { databases: { orders: { majorVersion: 18, applicationRole: "user" } } },
    /^databases\.orders\.applicationRole: found "user", a reserved word/,
  ],
  [
    "a role that would need quotes",
    { databases: { orders: { majorVersion: 18, applicationRole: "shop-app" } } },
    /^databases\.orders\.applicationRole: found "shop-app", expected lower-case letters/,
  ],
  [
    "a role that is RDS's own",
    { databases: { orders: { majorVersion: 18, applicationRole: "rds_superuser" } } },
    /^databases\.orders\.applicationRole: found "rds_superuser", expected a name that begins with neither/,
  ],
  ["no service", { services: {} }, /^services: found 0, expected exactly one/],
  ["two services", { services: { web, api: web } }, /^services: found 2, expected exactly one/],
  ["a port that is none", { services: { web: { ...web, port: 0 } } }, /^services\.web\.port: found 0/],
  ["half a task", { services: { web: { ...web, tasks: 0.5 } } }, /^services\.web\.tasks: found 0\.5/],
  [
    "a relative path",
    { services: { web: { ...web, healthCheckPath: "ok" } } },
    /healthCheckPath: found "ok"/,
  ],
  ["an unknown database", { databases: {} }, /^services\.web\.databases: found orders, expected one of none/],
  [
    "an unknown bucket",
    { buckets: ["files"] },
    /^services\.web\.buckets: found uploads, expected one of files/,
  ],
  ["a bucket twice", { buckets: ["uploads", "uploads"] }, /^name uploads: found twice/],
  [
    "a bucket that is called like a database",
    { buckets: ["uploads", "orders"] },
    /^name orders: found twice/,
  ],
  [
    "a name that the stacks need",
    { buckets: ["uploads", "network"] },
    /^name network: taken by the phase stacks/,
  ],
  [
    "a name outside of the zone",
    { edge: { publicName: "shop.example.org", zone: "example.com" } },
    /in the zone example\.com/,
  ],
  [
    "a name that only ends like the zone",
    { edge: { publicName: "shopexample.com", zone: "example.com" } },
    /in the zone/,
  ],
  [
    "an underscore in a host name",
    { edge: { publicName: "my_shop.example.com", zone: "example.com" } },
    /expected a host name/,
  ],
])("fails on %s", (_, change, expected) => {
  const faults = workloadFaults({ ...storefront, ...change });
  expect(faults).toEqual([expect.stringMatching(expected)]);
});

test("fails with every fault at once", () => {
  expect(
    workloadFaults({
      ...storefront,
      name: "",
      services: { web: { ...web, port: -1, tasks: 0 } },
      edge: { publicName: "shop", zone: "example.com" },
    }),
  ).toHaveLength(5);
});
