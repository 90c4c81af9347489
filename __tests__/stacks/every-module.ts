import type { Workload } from "../../lib/workload/workload";
import type { RelocationProps } from "../../stacks/relocation";

/** One of every module, strategy, writer discovery and option that a workload can have. */
export const everyModule: Workload = {
  name: "shop",
  databases: {
    orders: { engineVersion: "18" },
    ledger: { engineVersion: "17.4", writerDiscovery: "pooler", targetEngineVersion: "18.1" },
    stock: { engineVersion: "17", strategy: "seeded" },
    invoices: { engineVersion: "16", strategy: "physical" },
    reports: { engineVersion: "16", strategy: "snapshot", acceptedLossMinutes: 60 },
    catalog: { engine: "mysql", engineVersion: "8.4" },
    search: { engine: "aurora-postgresql", engineVersion: "17.5" },
    reviews: { engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.08.0" },
  },
  caches: {
    sessions: { engineVersion: "8.0" },
    carts: { engineVersion: "8.0", strategy: "snapshot" },
    prices: { engine: "redis", engineVersion: "7.1", strategy: "global-datastore" },
  },
  buckets: ["uploads", "exports"],
  queues: ["mails", "jobs"],
  registries: ["app"],
  secrets: ["payment"],
  keys: ["personal"],
  services: {
    web: {
      image: { registry: "app", tag: "1.0.0" },
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 4,
      standbyTasks: 2,
      databases: ["orders", "ledger", "catalog", "search", "reports"],
      caches: ["sessions", "carts"],
      buckets: ["uploads"],
      queues: ["jobs"],
      secrets: { PAYMENT_KEY: "payment" },
      keys: ["personal"],
    },
    api: {
      image: { registry: "app", tag: "1.0.0" },
      command: ["api"],
      port: 8081,
      healthCheckPath: "/healthz",
      tasks: 2,
      paths: ["/api/*"],
      databases: ["orders", "stock", "reviews"],
      caches: ["prices"],
    },
    mailer: {
      kind: "worker",
      image: "public.ecr.aws/example/mailer:1.0.0",
      tasks: 2,
      maxTasks: 6,
      queues: ["mails"],
      databases: ["orders"],
      sendsMail: true,
    },
    packer: { kind: "worker", image: "public.ecr.aws/example/packer:1.0.0", tasks: 1, queues: ["jobs"] },
    billing: {
      kind: "one-off",
      image: "public.ecr.aws/example/billing:1.0.0",
      databases: ["invoices", "ledger"],
      buckets: ["exports"],
    },
  },
  schedules: {
    nightly: { service: "billing", expression: "cron(0 3 * * ? *)", timezone: "Europe/Dublin" },
  },
  mail: { domain: "example.com", dmarcPolicy: "quarantine", dmarcReportsTo: "dmarc@example.com" },
  edge: {
    publicName: "shop.example.com",
    zone: "example.com",
    ttlSeconds: 3600,
    cachedPaths: ["/assets/*"],
    webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/5e1f0c7a-2c59-4a3e-9a61-8a53e2a0b7a1",
    accessLogBucket: "shop-logs.s3.amazonaws.com",
  },
};

const topic = (region: string) => [`arn:aws:sns:${region}:123456789012:alarms`];

export const everyModuleRelocation: RelocationProps = {
  workload: everyModule,
  source: { region: "us-east-1", cidr: "10.10.0.0/16", notify: topic("us-east-1") },
  target: { region: "eu-west-1", cidr: "10.20.0.0/16", notify: topic("eu-west-1") },
  runnerImage: "public.ecr.aws/example/relocate:0.1.0",
  poolerImage: "public.ecr.aws/example/pgbouncer:1.24.1",
  accountId: "123456789012",
  tags: { team: "shop" },
};
