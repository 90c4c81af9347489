import type { RelocationProps } from "../../stacks/relocation-props";
import type { Workload } from "../../lib/workload/workload";

const IMAGE = "public.ecr.aws/example/bazaar:1.0.0";

/** A workload with something of every kind, nothing wrong with it, to be broken in one place. */
export const bazaar = {
  name: "bazaar",
  databases: {
    orders: { engineVersion: "18" },
    stock: { engine: "mysql", engineVersion: "8.4" },
    ledger: { engine: "aurora-postgresql", engineVersion: "17.4" },
  },
  caches: { sessions: { engineVersion: "8.0" } },
  buckets: ["uploads"],
  queues: ["jobs"],
  registries: ["images"],
  secrets: ["partner"],
  keys: ["envelope"],
  services: {
    web: {
      image: { registry: "images", tag: "1.0.0" },
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 2,
      databases: ["orders", "stock", "ledger"],
      caches: ["sessions"],
      buckets: ["uploads"],
      secrets: { PARTNER_TOKEN: "partner" },
      environment: { LOG_LEVEL: "info" },
    },
    api: { image: IMAGE, port: 8081, healthCheckPath: "/healthz", tasks: 2, paths: ["/api/*"] },
    mailer: { kind: "worker", image: IMAGE, tasks: 1, maxTasks: 4, queues: ["jobs"], sendsMail: true },
    report: { kind: "one-off", image: IMAGE, databases: ["orders"], keys: ["envelope"] },
  },
  schedules: { nightly: { service: "report", expression: "cron(0 3 * * ? *)", timezone: "Europe/Dublin" } },
  mail: { domain: "example.com", dmarcReportsTo: "dmarc@example.com" },
  edge: { publicName: "shop.example.com", zone: "example.com", cachedPaths: ["/assets/*"] },
} as const satisfies Workload;

/** Its relocation. */
export const relocation: RelocationProps = {
  workload: bazaar,
  source: { region: "us-east-1", cidr: "10.10.0.0/16" },
  target: { region: "eu-west-1", cidr: "10.20.0.0/16" },
  runnerImage: "public.ecr.aws/example/relocate:0.1.0",
};
