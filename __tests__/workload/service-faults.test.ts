import { bazaar } from "./bazaar";
import { failsOn, part, thing, workload } from "./broken";

const { web, api, mailer, report } = bazaar.services;
const service = (name: "web" | "api" | "mailer" | "report", change: object) =>
  thing("services", name, change);
const schedule = (change: object) => thing("schedules", "nightly", change);

describe("services", () => {
  failsOn([
    [
      "a kind that is not known",
      service("mailer", { kind: "daemon" }),
      'services.mailer.kind: found "daemon"',
    ],
    ["a port that is none", service("web", { port: 0 }), "services.web.port: found 0, expected 1 to 65535"],
    ["half a task", service("web", { tasks: 0.5 }), "services.web.tasks: found 0.5"],
    [
      "a standby that answers nobody",
      service("web", { standbyTasks: 0 }),
      "services.web.standbyTasks: found 0",
    ],
    [
      "a relative path of the health check",
      service("web", { healthCheckPath: "ok" }),
      'services.web.healthCheckPath: found "ok", expected a path that begins with /',
    ],
    [
      "a worker that scales to less than it starts with",
      service("mailer", { tasks: 3, maxTasks: 2 }),
      "services.mailer.maxTasks: found 2 with 3 at least",
    ],
    [
      "CPU units that Fargate does not have",
      service("web", { cpu: 300 }),
      "services.web: found 300 CPU units, expected one of 256",
    ],
    [
      "memory that does not go with the CPU units",
      service("web", { cpu: 1024, memory: 512 }),
      "services.web: found 512 MiB with 1024 CPU units",
    ],
    ["no image", service("api", { image: "" }), 'services.api.image: found ""'],
    [
      "an image of a registry that the workload has not",
      service("web", { image: { registry: "docker", tag: "1.0.0" } }),
      'services.web.image.registry: found "docker", expected one of images',
    ],
    [
      "a tag that is none",
      service("web", { image: { registry: "images", tag: "1.0.0@sha256" } }),
      'services.web.image.tag: found "1.0.0@sha256"',
    ],
    [
      "an unknown database",
      service("report", { databases: ["order"] }),
      'services.report.databases: found "order", expected one of orders, stock, ledger',
    ],
    ["a database twice", service("report", { databases: ["orders", "orders"] }), 'found "orders" twice'],
    ["an unknown cache", service("web", { caches: ["pages"] }), 'services.web.caches: found "pages"'],
    ["an unknown bucket", service("web", { buckets: ["files"] }), 'services.web.buckets: found "files"'],
    ["an unknown queue", service("mailer", { queues: ["mails"] }), 'services.mailer.queues: found "mails"'],
    ["an unknown key", service("report", { keys: ["rows"] }), 'services.report.keys: found "rows"'],
    [
      "an unknown secret",
      service("web", { secrets: { TOKEN: "token" } }),
      'services.web.secrets.TOKEN: found "token", expected one of partner',
    ],
    [
      "a variable that is told twice",
      service("web", { environment: { PARTNER_TOKEN: "x" } }),
      'services.web.environment: found "PARTNER_TOKEN", which is in secrets too',
    ],
    [
      "a variable that every task gets",
      service("web", { environment: { PORT: "80" } }),
      'services.web.environment: found "PORT", expected any other variable',
    ],
    [
      "a variable that no shell could name",
      service("web", { environment: { "log-level": "info" } }),
      'services.web.environment: found the variable "log-level"',
    ],
    [
      "mail from a workload without a mail domain",
      workload({ mail: undefined }),
      "services.mailer.sendsMail: found true, expected a workload with a mail domain",
    ],
  ]);
});

describe("routing", () => {
  failsOn([
    [
      "web services without an edge",
      workload({ edge: undefined }),
      "edge: found none, but the web services web, api, expected an edge",
    ],
    [
      "an edge without a web service",
      workload({ services: { mailer, report } }),
      "edge: found no web service behind it",
    ],
    [
      "two web services that answer whatever no other one does",
      service("api", { paths: undefined }),
      "services: found 2 web services without paths: web, api",
    ],
    [
      "no web service for whatever no other one answers",
      service("web", { paths: ["/shop/*"] }),
      "services: found paths at every web service: web, api",
    ],
    [
      "one path at two services",
      workload({ services: { web, api, mailer, report, v2: { ...api, paths: ["/v2/*", "/api/*"] } } }),
      'services: found the path "/api/*" at api and v2',
    ],
    ["one path twice", service("api", { paths: ["/api", "/api"] }), 'services.api.paths: found "/api" twice'],
    ["no path", service("api", { paths: [] }), "services.api.paths: found an empty list"],
    ["a relative path", service("api", { paths: ["api/*"] }), 'services.api.paths: found "api/*"'],
    ["a pattern of every path", service("api", { paths: ["/*"] }), 'services.api.paths: found "/*"'],
  ]);
});

describe("schedules", () => {
  failsOn([
    [
      "an unknown service",
      schedule({ service: "reports" }),
      'schedules.nightly.service: found "reports", expected one of report',
    ],
    [
      "a service that does not end",
      schedule({ service: "mailer" }),
      'schedules.nightly.service: found "mailer", a worker service',
    ],
    [
      "a crontab's five fields",
      schedule({ expression: "0 3 * * *" }),
      'schedules.nightly.expression: found "0 3 * * *", expected six cron fields',
    ],
    ["both days", schedule({ expression: "cron(0 3 * * * *)" }), "schedules.nightly.expression: found"],
    ["neither day", schedule({ expression: "cron(0 3 ? * ? *)" }), "schedules.nightly.expression: found"],
    ["the 25th hour", schedule({ expression: "cron(0 25 * * ? *)" }), "schedules.nightly.expression: found"],
    ["a rate of nothing", schedule({ expression: "rate(0 minutes)" }), "schedules.nightly.expression: found"],
    ["seconds", schedule({ expression: "rate(30 seconds)" }), "schedules.nightly.expression: found"],
    [
      "a timezone that is none",
      schedule({ timezone: "Europe/Dublim" }),
      'schedules.nightly.timezone: found "Europe/Dublim", expected an IANA name',
    ],
    [
      "an offset for a timezone",
      schedule({ timezone: "+01:00" }),
      'schedules.nightly.timezone: found "+01:00"',
    ],
  ]);
});

describe("mail and edge", () => {
  failsOn([
    ["a mail domain that is none", part("mail", { domain: "Example" }), 'mail.domain: found "Example"'],
    ["a DMARC policy that is none", part("mail", { dmarcPolicy: "drop" }), 'mail.dmarcPolicy: found "drop"'],
    [
      "a place for reports that is no address",
      part("mail", { dmarcReportsTo: "example.com" }),
      'mail.dmarcReportsTo: found "example.com", expected one mail address',
    ],
    [
      "an underscore in a public name",
      part("edge", { publicName: "my_shop.example.com" }),
      'edge.publicName: found "my_shop.example.com", expected a host name',
    ],
    [
      "a name outside of the zone",
      part("edge", { publicName: "shop.example.org" }),
      'edge.publicName: found "shop.example.org", expected a name in the zone example.com',
    ],
    [
      "a name that only ends like the zone",
      part("edge", { publicName: "shopexample.com" }),
      'edge.publicName: found "shopexample.com", expected a name in the zone',
    ],
    ["a flip that is not known", part("edge", { flip: "dns" }), 'edge.flip: found "dns"'],
    [
      "a certificate in another region than CloudFront's",
      part("edge", { certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b" }),
      "edge.certificateArn: found",
    ],
    [
      "B1: a TTL of a second",
      part("edge", { ttlSeconds: 1 }),
      "edge.ttlSeconds: found 1, expected a whole number",
    ],
    ["B1: a TTL of a week", part("edge", { ttlSeconds: 604_800 }), "edge.ttlSeconds: found 604800"],
    [
      "B1: a TTL for the zone's own name",
      part("edge", { publicName: "example.com", ttlSeconds: 300 }),
      "edge.ttlSeconds: found 300 for the zone's own name",
    ],
    ["a cached path that is all", part("edge", { cachedPaths: ["/*"] }), 'edge.cachedPaths: found "/*"'],
    [
      "a cached path twice",
      part("edge", { cachedPaths: ["/a", "/a"] }),
      'edge.cachedPaths: found "/a" twice',
    ],
    [
      "a firewall of a region",
      part("edge", { webAclArn: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/0a1b" }),
      "edge.webAclArn: found",
    ],
    [
      "a bucket's name where its domain name belongs",
      part("edge", { accessLogBucket: "logs" }),
      'edge.accessLogBucket: found "logs", expected the domain name of a bucket',
    ],
    [
      "a distribution's domain name where its id belongs",
      part("edge", { adoptDistribution: "d111111abcdef8.cloudfront.net" }),
      "edge.adoptDistribution: found",
    ],
  ]);
});
