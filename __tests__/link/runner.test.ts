import { Runner } from "../../lib/link/runner";
import { POOLER_PORT } from "../../lib/regional/pooler-settings";
import { ROLE } from "../regional/modules";
import { linked } from "./linked";

const made = linked((source, target) => {
  new Runner(target.scope, "runner", {
    name: "storefront-runner",
    network: target.network,
    image: "example/relocate:1",
    databases: { orders: target.orders },
    otherCidr: source.network.cidr,
    otherDatabases: { orders: source.orders },
    otherPorts: [POOLER_PORT],
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
  });
});

test("the runbook reaches AWS, the databases of both regions and the other one's poolers, and nobody reaches it", () => {
  const rules = (type: string) =>
    Object.entries(made.all(type)).filter(([id]) => id.startsWith("eu-west-1_runner_"));
  const out = rules("aws_vpc_security_group_egress_rule").map(([, rule]) => [
    /_(orders)_group/.exec(String(rule.referenced_security_group_id))?.[1] ??
      String(rule.cidr_ipv4).replace(/^\$\{aws_vpc\.us-east-1_.*|^10\.10\..*/, "the other network"),
    rule.from_port,
  ]);
  expect(out).toEqual([
    ["0.0.0.0/0", 443],
    ["orders", 5432],
    ["the other network", 5432],
    ["the other network", 6432],
  ]);
  const into = rules("aws_vpc_security_group_ingress_rule").map(([, rule]) => String(rule.security_group_id));
  expect(into).toEqual([expect.stringContaining("_orders_group_")]);
});

test("its cluster reports what its tasks use, and its task is given time to let go of the lease", () => {
  expect(made.one("aws_ecs_cluster", "runner").setting).toEqual([
    { name: "containerInsights", value: "enabled" },
  ]);
  expect(made.one("aws_ecs_task_definition", "runner").container_definitions).toMatch(/"stopTimeout" = 120/);
});
