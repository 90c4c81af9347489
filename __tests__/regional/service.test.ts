import { OriginCertificate } from "../../lib/regional/origin-certificate";
import { rulePriority } from "../../lib/regional/path-rules";
import { Service, type ServiceProps } from "../../lib/regional/service";
import { modules, ROLE } from "./modules";
import { inRegion } from "./synthesized";

const service = (overrides: Partial<ServiceProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    modules(scope, "eu-west-1", "10.20.0.0/16", overrides);
  });

test("A1: tasks run in private subnets behind an HTTPS load balancer in public ones", () => {
  const made = service();
  const tasks = made.one("aws_ecs_service");
  expect(tasks).toMatchObject({ desired_count: 2, launch_type: "FARGATE" });
  expect(tasks.network_configuration).toMatchObject({ assign_public_ip: false });
  expect(JSON.stringify(tasks.network_configuration)).toMatch(/zone-a_private/);
  expect(JSON.stringify(made.one("aws_lb").subnets)).toMatch(/zone-a_public/);
  expect(made.one("aws_lb_target_group")).toMatchObject({
    target_type: "ip",
    port: 8080,
    health_check: { path: "/healthz", matcher: "200" },
  });
});

/** A region with two further web services beside `web`, which answers the rest. */
const threeServices = (api: readonly string[], admin: readonly string[]) =>
  inRegion("eu-west-1", (scope) => {
    const { network, loadBalancer } = modules(scope, "eu-west-1", "10.20.0.0/16");
    for (const [name, paths] of Object.entries({ api, admin })) {
      new Service(scope, name, {
        ...{ name: `storefront-${name}`, network, loadBalancer, paths },
        ...{ image: "example:1", port: 8080, healthCheckPath: "/healthz", tasks: 1 },
        ...{ taskRoleArn: ROLE, executionRoleArn: ROLE },
      });
    }
  });

test("a request goes to the service with the longest pattern, and without one to the default service", () => {
  const made = threeServices(["/api/*", "/graphql"], ["/api/admin/*"]);
  const rules = Object.values(made.all("aws_lb_listener_rule"))
    .sort((a, b) => Number(a.priority) - Number(b.priority))
    .map(({ condition, action }) => [
      (condition as [{ path_pattern: { values: string[] } }])[0].path_pattern.values,
      /eu-west-1_(\w+)_targets/.exec(JSON.stringify(action))?.[1],
    ]);
  expect(rules).toEqual([
    [["/api/admin/*"], "admin"],
    [["/graphql"], "api"],
    [["/api/*"], "api"],
    [["/*"], "web"],
  ]);
  expect(Object.values(made.all("aws_lb_listener"))).toHaveLength(1);
});

test("a rule's priority follows from its service and pattern alone, after those of forwarders and before the default's", () => {
  const length = (size: number) => `/${"a".repeat(size - 1)}`;
  const all = Array.from({ length: 98 }, (_, index) => rulePriority("storefront-web", length(index + 1)));
  expect(all).toEqual([...all].sort((a, b) => b - a));
  expect(Math.min(...all)).toBeGreaterThan(100);
  expect(Math.max(...all)).toBeLessThan(rulePriority("storefront-web", "/*"));
});

test("fails on a second service that answers every path", () => {
  expect(() => threeServices(["/api/*"], ["/*"])).toThrow(
    /eu-west-1\/admin\/rule-50000: answers every path, as stack\/eu-west-1\/web\/rule-50000 does.*Fix: give one of them "paths"/,
  );
});

test("fails on two rules that want one priority", () => {
  const [one, other] = samePlace();
  expect(() => threeServices([one], [other])).toThrow(/has the priority \d+ of .*Fix: double a "\*"/);
});

/** Two patterns of one length, for `api` and for `admin`, with one priority. */
function samePlace(): [string, string] {
  const patterns = Array.from({ length: 2000 }, (_, index) => `/${1000 + index}*`);
  for (const one of patterns) {
    const other = patterns.find(
      (it) => rulePriority("storefront-admin", it) === rulePriority("storefront-api", one),
    );
    if (other) return [one, other];
  }
  throw new Error("no two patterns share a priority");
}

test.each(["api/*", "/a b", `/${"a".repeat(98)}`])("fails on the path %s, which no rule can have", (path) => {
  expect(() => service({ paths: [path] })).toThrow(/eu-west-1\/web: paths: found ".*Fix: change "paths"/);
});

test("a deployment that does not become healthy is taken back, and autoscaling makes no drift", () => {
  const made = service();
  expect(made.one("aws_ecs_service")).toMatchObject({
    deployment_circuit_breaker: { enable: true, rollback: true },
    lifecycle: { ignore_changes: ["desired_count"] },
  });
  expect(made.one("aws_appautoscaling_target")).toMatchObject({ min_capacity: 2, max_capacity: 8 });
  expect(made.one("aws_appautoscaling_policy").policy_type).toBe("TargetTrackingScaling");
});

test("B10: the container is told its port, region, variables and secrets, in an order that does not depend on the workload", () => {
  const text = (environment: Record<string, string>) =>
    service({ environment, secrets: { B_KEY: "arn:b", A_KEY: "arn:a" } }).one("aws_ecs_task_definition")
      .container_definitions;
  const definition = text({ UPLOADS_BUCKET: "bucket", A_SETTING: "1" });
  expect(definition).toBe(text({ A_SETTING: "1", UPLOADS_BUCKET: "bucket" }));
  const names = [...String(definition).matchAll(/"name" = "([A-Z_]+)"/g)].map((match) => match[1]);
  expect(names).toEqual(["AWS_REGION", "A_SETTING", "PORT", "UPLOADS_BUCKET", "A_KEY", "B_KEY"]);
  expect(definition).toMatch(/"valueFrom" = "arn:a"/);
});

test("further containers stand beside the one that answers, with the volumes they mount", () => {
  const sidecars = [{ name: "router", image: "example/router:1", mounts: { logs: "/logs" } }];
  const made = service({ sidecars });
  expect(made.one("aws_ecs_task_definition")).toMatchObject({
    container_definitions: expect.stringMatching(/"name" = "storefront-web".*"name" = "router"/) as string,
    volume: [{ name: "logs" }],
  });
  expect(made.one("aws_ecs_service").load_balancer).toMatchObject([{ container_name: "storefront-web" }]);
});

test("the way from CloudFront to the database is open step by step, and nothing else is", () => {
  const made = service();
  const rules = (type: string) =>
    Object.values(made.all(type)).map((rule) => {
      const from = rule.referenced_security_group_id ?? rule.cidr_ipv4 ?? rule.prefix_list_id;
      return [group(rule.security_group_id), group(from), rule.from_port, rule.to_port, rule.ip_protocol];
    });
  const group = (value: unknown) =>
    /(network|web|orders|cloudfront)(?=_(group|load-balancer-group|addresses)|-addresses)/.exec(
      String(value),
    )?.[0] ?? value;
  expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
    ["network", "cloudfront", 443, 443, "tcp"],
    ["orders", "web", 5432, 5432, "tcp"],
    ["web", "network", 8080, 8080, "tcp"],
  ]);
  expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
    ["network", "web", 8080, 8080, "tcp"],
    ["web", "0.0.0.0/0", 443, 443, "tcp"],
    ["web", "orders", 5432, 5432, "tcp"],
  ]);
});

test("a service works without databases, variables or secrets", () => {
  const made = service({ databases: undefined, environment: undefined, secrets: undefined });
  expect(Object.values(made.all("aws_vpc_security_group_egress_rule"))).toHaveLength(2);
});

test("a certificate's ARN is that of its validation, so a listener waits until it is issued", () => {
  let arn = "";
  const made = inRegion("eu-west-1", (scope) => {
    const certificate = new OriginCertificate(scope, "certificate", {
      domainName: "eu-west-1.origin.shop.example.com",
    });
    arn = certificate.validate("_proof.example.com");
    modules(scope, "eu-west-1", "10.20.0.0/16", { certificateArn: arn });
  });
  expect(made.one("aws_lb_listener").certificate_arn).toMatch(/^\$\{aws_acm_certificate_validation\./);
  expect(made.one("aws_acm_certificate_validation").validation_record_fqdns).toEqual(["_proof.example.com"]);
  expect(made.one("aws_acm_certificate")).toMatchObject({
    validation_method: "DNS",
    lifecycle: { create_before_destroy: true },
  });
});

test.each([
  ["a-service-with-a-far-too-long-name", /has 34 characters, AWS takes 26 at most/],
  ["web_one", /is not of the form AWS takes/],
  ["web-", /is not of the form AWS takes/],
])("fails on the name %s, which a target group cannot carry", (name, message) => {
  expect(() => service({ name })).toThrow(message);
  expect(() => service({ name })).toThrow(/eu-west-1\/web: the service name/);
});

test("a service that is adopted keeps cluster and name, and is never replaced", () => {
  const made = service({ importId: "shop/frontend" });
  expect(made.one("aws_ecs_service")).toMatchObject({
    name: "frontend",
    cluster: expect.stringMatching(/^\$\{data\.aws_ecs_cluster\./) as string,
    lifecycle: { ignore_changes: ["desired_count"], prevent_destroy: true },
  });
  expect(made.one("data.aws_ecs_cluster")).toMatchObject({ cluster_name: "shop" });
  expect(made.all("aws_ecs_cluster")).toEqual({});
  expect(made.json.import).toEqual([expect.objectContaining({ id: "shop/frontend" })]);
});

test("fails on an id to adopt that does not name cluster and service", () => {
  expect(() => service({ importId: "frontend" })).toThrow(
    /eu-west-1\/web: importId: found "frontend", expected the names of cluster and service/,
  );
});

test("a service that is managed elsewhere is described, and nothing of it is made", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const existing = { clusterName: "shop", serviceName: "frontend", securityGroupId: "sg-1" };
    expect(Service.fromExisting(scope, "web", existing)).toEqual(existing);
  });
  expect(made.json.resource).toBeUndefined();
});

test.each([
  [256, 512],
  [256, 2048],
  [512, 1024],
  [1024, 8192],
  [8192, 20480],
  [16384, 122880],
])("a task of %d CPU units and %d MiB is one that Fargate runs", (cpu, memory) => {
  expect(service({ cpu, memory }).one("aws_ecs_task_definition")).toMatchObject({
    cpu: String(cpu),
    memory: String(memory),
  });
});

test.each([
  [512, 512, /found 512 MiB with 512 CPU units, expected 1024 to 4096 in steps of 1024/],
  [1024, 2500, /found 2500 MiB with 1024 CPU units/],
  [256, 1536, /found 1536 MiB with 256 CPU units.*but not 1536/],
  [300, 1024, /found 300 CPU units, expected one of 256, 512/],
])("fails on a task of %d CPU units and %d MiB", (cpu, memory, expected) => {
  expect(() => service({ cpu, memory })).toThrow(expected);
  expect(() => service({ cpu, memory })).toThrow(/eu-west-1\/web\/task: .*Fix: change "cpu" or "memory"/);
});
