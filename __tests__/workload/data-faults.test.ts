import { bazaar, relocation } from "./bazaar";
import { failsOn, thing, workload } from "./broken";
import { refusals } from "./refusals";

const db = (name: "orders" | "stock" | "ledger", change: object) => thing("databases", name, change);
const cache = (change: object) => thing("caches", "sessions", change);

test("a workload with something of every kind has no faults", () => {
  expect(refusals(relocation)).toEqual([]);
});

test("a workload needs nothing but services", () => {
  const { image, tasks } = bazaar.services.mailer;
  const small = workload({
    databases: undefined,
    caches: undefined,
    buckets: undefined,
    queues: undefined,
    registries: undefined,
    secrets: undefined,
    keys: undefined,
    services: { mailer: { kind: "worker", image, tasks } },
    schedules: undefined,
    mail: undefined,
    edge: undefined,
  });
  expect(refusals(small)).toEqual([]);
});

failsOn([
  [
    "an engine that is not known",
    db("orders", { engine: "oracle" }),
    'databases.orders.engine: found "oracle"',
  ],
  [
    "a version that is no PostgreSQL's",
    db("orders", { engineVersion: "v18" }),
    'databases.orders.engineVersion: found "v18", expected a version of postgres such as',
  ],
  [
    "a version of PostgreSQL with three numbers",
    db("orders", { engineVersion: "18.1.2" }),
    'databases.orders.engineVersion: found "18.1.2"',
  ],
  [
    "a version that is no MySQL's",
    db("stock", { engineVersion: "5.7" }),
    'databases.stock.engineVersion: found "5.7", expected 8 or newer',
  ],
  [
    "a version of Aurora MySQL in MySQL's form",
    db("stock", { engine: "aurora-mysql", engineVersion: "8.4.3" }),
    'databases.stock.engineVersion: found "8.4.3", expected a version of aurora-mysql',
  ],
  [
    "a version of Aurora PostgreSQL in Aurora MySQL's form",
    db("ledger", { engineVersion: "8.0.mysql_aurora.3.08.0" }),
    'databases.ledger.engineVersion: found "8.0.mysql_aurora.3.08.0"',
  ],
  [
    "a PostgreSQL that is older than any the runbook knows",
    db("orders", { engineVersion: "12.22" }),
    'databases.orders.engineVersion: found "12.22", expected 13 or newer',
  ],
  [
    "a replica of a PostgreSQL that RDS keeps no backups of",
    db("orders", { engineVersion: "13.22", strategy: "seeded" }),
    'databases.orders.engineVersion: found "13.22", expected 14 or newer',
  ],
  [
    "a physical replica of another version",
    db("orders", { engineVersion: "17", targetEngineVersion: "18", strategy: "physical" }),
    'databases.orders.targetEngineVersion: found "18", the source\'s being "17", with the strategy physical',
  ],
  [
    "a global database across versions",
    db("ledger", { targetEngineVersion: "17.5" }),
    'databases.ledger.targetEngineVersion: found "17.5"',
  ],
  [
    "a target that is older than the source",
    db("orders", { targetEngineVersion: "17" }),
    'databases.orders.targetEngineVersion: found "17", older than the source\'s "18"',
  ],
  [
    "a target version that is none",
    db("orders", { targetEngineVersion: "latest" }),
    'databases.orders.targetEngineVersion: found "latest"',
  ],
  [
    "logical replication of MySQL",
    db("stock", { strategy: "logical" }),
    'databases.stock.strategy: found "logical" with the engine mysql, expected one of physical, snapshot',
  ],
  [
    "a seeded MySQL",
    db("stock", { strategy: "seeded" }),
    'databases.stock.strategy: found "seeded" with the engine mysql',
  ],
  [
    "a global database of an instance",
    db("orders", { strategy: "aurora-global" }),
    'databases.orders.strategy: found "aurora-global" with the engine postgres, expected one of logical, physical, seeded, snapshot',
  ],
  [
    "a physical replica of Aurora",
    db("ledger", { strategy: "physical" }),
    'databases.ledger.strategy: found "physical" with the engine aurora-postgresql',
  ],
  [
    "a strategy that is not known",
    db("orders", { strategy: "copy" }),
    'databases.orders.strategy: found "copy" with the engine postgres',
  ],
  [
    "A4: a snapshot without an accepted loss",
    db("orders", { strategy: "snapshot" }),
    "databases.orders.acceptedLossMinutes: found nothing with the strategy snapshot",
  ],
  [
    "A4: an accepted loss of no minute",
    db("orders", { strategy: "snapshot", acceptedLossMinutes: 0 }),
    "databases.orders.acceptedLossMinutes: found 0, expected how many minutes",
  ],
  [
    "authorities of servers that do not replicate",
    db("orders", { strategy: "snapshot", acceptedLossMinutes: 5, serverAuthorities: { source: "/ca.pem" } }),
    "databases.orders.serverAuthorities: found it with the engine postgres and the strategy snapshot",
  ],
  [
    "authorities by a path that libpq would read as two words",
    db("orders", { serverAuthorities: { target: "/etc/the ca.pem" } }),
    'databases.orders.serverAuthorities.target: found "/etc/the ca.pem", expected an absolute path',
  ],
  [
    "A4: an accepted loss where nothing is lost",
    db("orders", { acceptedLossMinutes: 30 }),
    "databases.orders.acceptedLossMinutes: found 30 with the strategy logical",
  ],
  [
    "a pooler for MySQL",
    db("stock", { writerDiscovery: "pooler" }),
    'databases.stock.writerDiscovery: found "pooler" with the engine mysql, expected one of cname',
  ],
  [
    "a host list for MySQL",
    db("stock", { writerDiscovery: "host-list" }),
    'databases.stock.writerDiscovery: found "host-list" with the engine mysql',
  ],
  [
    "a way to the writer that is not known",
    db("orders", { writerDiscovery: "dns" }),
    'databases.orders.writerDiscovery: found "dns"',
  ],
  [
    "an instance class that is none",
    db("orders", { instanceClass: "m7g.large" }),
    'databases.orders.instanceClass: found "m7g.large"',
  ],
  [
    "too little storage",
    db("orders", { storageGib: 10 }),
    "databases.orders.storageGib: found 10, expected a whole",
  ],
  [
    "storage of Aurora, which sizes itself",
    db("ledger", { storageGib: 100 }),
    "databases.ledger.storageGib: found 100 with the engine aurora-postgresql",
  ],
  [
    "a role that SQL reserves",
    db("orders", { applicationRole: "user" }),
    'databases.orders.applicationRole: found "user", a reserved word of SQL',
  ],
  [
    "a role that would need quotes",
    db("orders", { applicationRole: "shop-app" }),
    'databases.orders.applicationRole: found "shop-app", expected lower-case letters',
  ],
  [
    "a role that is RDS's own",
    db("orders", { applicationRole: "rds_superuser" }),
    'databases.orders.applicationRole: found "rds_superuser", expected a name that begins with neither',
  ],
  [
    "a database inside that would need quotes",
    db("orders", { databaseName: "shop-orders" }),
    'databases.orders.databaseName: found "shop-orders"',
  ],
  [
    "a user name that MySQL finds too long",
    db("stock", { applicationRole: "a".repeat(33) }),
    `databases.stock.applicationRole: found "${"a".repeat(33)}", expected lower-case letters, digits and underscores, beginning with a letter, 32`,
  ],
  [
    "a cache engine that is not known",
    cache({ engine: "memcached" }),
    'caches.sessions.engine: found "memcached"',
  ],
  [
    "a version that is no Valkey's",
    cache({ engineVersion: "8" }),
    'caches.sessions.engineVersion: found "8" for valkey, expected 7.2 or newer',
  ],
  [
    "a Redis that knows no users",
    cache({ engine: "redis", engineVersion: "5.0" }),
    'caches.sessions.engineVersion: found "5.0" for redis, expected 6.0 or newer',
  ],
  [
    "a cache strategy that is not known",
    cache({ strategy: "logical" }),
    'caches.sessions.strategy: found "logical"',
  ],
  [
    "a node type that is none",
    cache({ nodeType: "t4g.medium" }),
    'caches.sessions.nodeType: found "t4g.medium"',
  ],
  [
    "a global datastore on burstable nodes",
    cache({ strategy: "global-datastore", nodeType: "cache.t4g.medium" }),
    'caches.sessions.nodeType: found "cache.t4g.medium" with the strategy global-datastore, expected size large or more',
  ],
  ["a cache without a replica", cache({ replicas: 0 }), "caches.sessions.replicas: found 0, expected 1 to 5"],
  [
    "more replicas than a shard has",
    cache({ replicas: 6 }),
    "caches.sessions.replicas: found 6, expected 1 to 5",
  ],
  [
    "a workload's name that names in AWS cannot be built from",
    workload({ name: "Bazaar_1" }),
    'name: found the name "Bazaar_1", expected lower-case letters',
  ],
  [
    "a workload's name that is too long",
    workload({ name: "b".repeat(21) }),
    `name: found the name "${"b".repeat(21)}"`,
  ],
  [
    "a bucket's name in capitals",
    workload({ buckets: ["uploads", "Logs"] }),
    'buckets.Logs: found the name "Logs"',
  ],
  [
    "a queue's name that is too long",
    workload({ queues: ["jobs", "jobs-that-nobody-ever-does"] }),
    "queues.jobs-that-nobody-ever-does: found the name",
  ],
  [
    "a bucket twice",
    workload({ buckets: ["uploads", "uploads"] }),
    'buckets: found the name "uploads" twice',
  ],
  [
    "a bucket that is called like a database",
    workload({ buckets: ["uploads", "orders"] }),
    'databases and buckets: found the name "orders" twice',
  ],
  [
    "a secret that is called like a queue",
    workload({ secrets: ["partner", "jobs"] }),
    'queues and secrets: found the name "jobs" twice',
  ],
  [
    "a name that the stacks use themselves",
    workload({ buckets: ["uploads", "network"] }),
    'buckets.network: found the name "network", expected a name that the stacks do not use',
  ],
]);
