import { App } from "cdktf";
import { Relocation, type Workload } from "cdktf-relocate";

/** What moves, described without a region. Each region gets one of everything. */
const storefront: Workload = {
  name: "storefront",
  databases: {
    // Rows flow both ways all the time; the switch holds writes for less than a second.
    orders: { engineVersion: "18" },
  },
  caches: { sessions: { engineVersion: "8.0", strategy: "cold" } },
  buckets: ["uploads"],
  queues: ["mails"],
  registries: ["images"],
  secrets: ["payments"],
  services: {
    web: {
      image: { registry: "images", tag: "1.0.0" },
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 4,
      standbyTasks: 2,
      databases: ["orders"],
      caches: ["sessions"],
      buckets: ["uploads"],
      queues: ["mails"],
      secrets: { PAYMENTS_TOKEN: "payments" },
    },
    api: {
      image: { registry: "images", tag: "1.0.0" },
      command: ["node", "api.js"],
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 2,
      paths: ["/api/*"],
      databases: ["orders"],
    },
    mailer: {
      kind: "worker",
      image: { registry: "images", tag: "1.0.0" },
      command: ["node", "mailer.js"],
      tasks: 1,
      maxTasks: 4,
      queues: ["mails"],
      sendsMail: true,
    },
    report: {
      kind: "one-off",
      image: { registry: "images", tag: "1.0.0" },
      command: ["node", "report.js"],
      databases: ["orders"],
    },
  },
  schedules: { nightly: { service: "report", expression: "cron(0 3 * * ? *)", timezone: "Europe/Dublin" } },
  mail: { domain: "example.com", dmarcReportsTo: "dmarc@example.com" },
  edge: { publicName: "shop.example.com", zone: "example.com", cachedPaths: ["/assets/*"] },
};

const app = new App();
new Relocation(app, {
  workload: storefront,
  source: { region: "us-east-1", cidr: "10.10.0.0/16" },
  target: { region: "eu-west-1", cidr: "10.20.0.0/16" },
  runnerImage: "public.ecr.aws/example/relocate:0.1.0",
  tags: { team: "shop" },
  // State in S3 instead of local files, in a region that is neither of the two:
  // backend: { bucket: "example-states", region: "eu-central-1", keyPrefix: "storefront" },
});
app.synth();
