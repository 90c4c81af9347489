import type { PartOf } from "../../lib/manifest";
import { unplayable } from "../../rehearsal/local-world";

type Databases = PartOf<"standby">["databases"];
const database = (change: Partial<Databases[string]>) => ({
  engine: "postgres",
  strategy: "logical",
  ...change,
});
const named = (databases: Record<string, object>) => databases as unknown as Databases;

test("databases of the strategy that is played may be as many as they like, and called as they like", () => {
  expect(unplayable(named({ orders: database({}), ledger: database({}) }))).toEqual([]);
});

test("fails for what cannot be played, all of it with the reason", () => {
  const databases = named({
    catalog: database({ engine: "mysql", strategy: "physical" }),
    reports: database({ strategy: "snapshot" }),
    stock: database({ strategy: "seeded" }),
  });
  expect(unplayable(databases)).toEqual([
    '  catalog: engine is "mysql"; the rehearsal runs "postgres"',
    '  reports: strategy is "snapshot"; the rehearsal plays "logical"',
    '  stock: strategy is "seeded"; the rehearsal plays "logical"',
  ]);
});
