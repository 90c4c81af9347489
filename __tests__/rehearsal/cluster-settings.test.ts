import { majorVersionOf, parametersOf, settingsOf } from "../../rehearsal/cluster-settings";
import { changed, SOURCE, TARGET, twoRegions } from "./two-regions";

const KNOWN = new Set([
  "wal_level",
  "max_replication_slots",
  "wal_retrieve_retry_interval",
  "shared_buffers",
  "search_path",
]);
const settings = (parameters: Record<string, string>) =>
  settingsOf(new Map(Object.entries(parameters)), 5433, KNOWN);

test("rds.logical_replication decides whether changes can be decoded at all", () => {
  expect(settings({ "rds.logical_replication": "1" }).lines).toContain("wal_level = 'logical'");
  expect(settings({ "rds.logical_replication": "0" }).lines).toContain("wal_level = 'replica'");
  expect(settings({}).lines).toContain("wal_level = 'replica'");
});

test("connections without TLS are refused unless rds.force_ssl says otherwise", () => {
  expect(settings({}).forceTls).toBe(true);
  expect(settings({ "rds.force_ssl": "0" }).forceTls).toBe(false);
});

test("parameters that the server knows are taken over, before this machine's own", () => {
  const { lines, leftOut } = settings({
    max_replication_slots: "20",
    search_path: `"$user", public, o'hara`,
  });
  expect(lines).toContain("max_replication_slots = '20'");
  expect(lines).toContain(`search_path = '"$user", public, o''hara'`);
  expect(leftOut).toEqual([]);
});

test("parameters without a meaning here are left out, and said to be", () => {
  const { lines, leftOut } = settings({
    shared_buffers: "1048576",
    "rds.log_retention_period": "1440",
    wal_level: "{DBInstanceClassMemory/9531392}",
  });
  expect(lines).toContain("shared_buffers = '64MB'");
  expect(leftOut).toEqual([
    "shared_buffers: belongs to this machine here",
    "rds.log_retention_period: the local server does not know it",
    'wal_level: "{DBInstanceClassMemory/9531392}" is computed from the instance class',
  ]);
});

test("two regions may have groups of the same name", () => {
  const group = `aws_db_parameter_group.${TARGET}_orders`;
  const states = changed(twoRegions(), group, (values) => ({ ...values, parameter: [] }));
  expect(parametersOf(states, SOURCE, "shop-orders").get("max_replication_slots")).toBe("20");
  expect(parametersOf(states, TARGET, "shop-orders").size).toBe(0);
});

test("fails for another engine than PostgreSQL and for a version that is none", () => {
  const instance = (engine: string, version: string) => ({
    at: "s: db",
    values: { engine, engine_version: version },
  });
  expect(majorVersionOf(instance("postgres", "18.1"))).toBe(18);
  expect(() => majorVersionOf(instance("mysql", "8.4"))).toThrow('s: db: engine is "mysql"');
  expect(() => majorVersionOf(instance("postgres", "latest"))).toThrow('s: db: engine_version is "latest"');
});
