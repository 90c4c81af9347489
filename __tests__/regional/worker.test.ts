import { TerraformVariable } from "cdktf";
import { WorkerGate, type WorkerGateProps } from "../../lib/link/worker-gate";
import type { INetwork } from "../../lib/regional/network";
import { OneOff } from "../../lib/regional/one-off";
import { Schedule, type ScheduleProps } from "../../lib/regional/schedule";
import { ServiceAlarms } from "../../lib/regional/service-alarms";
import { Worker } from "../../lib/regional/worker";
import { ROLE } from "./modules";
import { inRegion } from "./synthesized";

const network: INetwork = {
  vpcId: "vpc-1",
  cidr: "10.20.0.0/16",
  publicSubnetIds: ["subnet-1"],
  privateSubnetIds: ["subnet-2", "subnet-3"],
  privateRouteTableIds: ["rtb-1"],
  loadBalancerSecurityGroupId: "sg-1",
  egressAddresses: [],
};
const container = {
  network,
  image: "example:1",
  command: ["work", "--queue", "jobs"],
  databases: { orders: { port: 5432, securityGroupId: "sg-orders" } },
  caches: { sessions: { port: 6379, securityGroupId: "sg-sessions" } },
  taskRoleArn: ROLE,
  executionRoleArn: ROLE,
};

interface Given {
  gate?: Partial<WorkerGateProps>;
  schedule?: Partial<ScheduleProps>;
}

/** A worker with its gate and a one-off with its schedule, as the active side follows a variable. */
const background = ({ gate, schedule }: Given = {}) =>
  inRegion("eu-west-1", (scope) => {
    const cutover = new TerraformVariable(scope, "cutover", { type: "bool", default: false });
    cutover.overrideLogicalId("cutover");
    const active = cutover.stringValue;
    const worker = new Worker(scope, "mailer", { name: "storefront-mailer", ...container });
    new WorkerGate(scope, "mailer-gate", { worker, minTasks: 2, maxTasks: 6, active, ...gate });
    const oneOff = new OneOff(scope, "nightly", { name: "storefront-nightly", ...container });
    const common = {
      name: "storefront-nightly",
      expression: "cron(0 3 * * ? *)",
      oneOff,
      roleArn: ROLE,
      active,
    };
    new Schedule(scope, "nightly-schedule", { ...common, ...schedule });
    new ServiceAlarms(scope, "mailer-alarms", { service: worker, notify: ["arn:aws:sns:eu-west-1:1:ops"] });
  });
const made = background();

test("B6: a worker is made without a task, and how many it has is not Terraform's afterwards", () => {
  expect(made.one("aws_ecs_service")).toMatchObject({
    desired_count: 0,
    enable_execute_command: false,
    lifecycle: { ignore_changes: ["desired_count"] },
  });
  expect(made.one("aws_ecs_service").load_balancer).toBeUndefined();
});

test("a worker and a one-off have the longest grace there is to finish a job, their command, and a log", () => {
  for (const name of ["mailer", "nightly"]) {
    const definition = String(made.one("aws_ecs_task_definition", name).container_definitions);
    expect(definition).toMatch(/"stopTimeout" = 120/);
    expect(definition).toMatch(/"command" = \["work", "--queue", "jobs"\]/);
    expect(made.one("aws_cloudwatch_log_group", name)).toMatchObject({
      name: `/ecs/storefront-${name}`,
      retention_in_days: 30,
    });
  }
});

test("the way to databases and caches is open at both ends, and nothing leads in", () => {
  const rules = (type: string, name: string) =>
    Object.entries(made.all(type))
      .filter(([id]) => id.includes(`_${name}_`))
      .map(([, rule]) => [rule.referenced_security_group_id ?? rule.cidr_ipv4, rule.from_port]);
  for (const name of ["mailer", "nightly"]) {
    expect(rules("aws_vpc_security_group_egress_rule", name)).toEqual([
      ["0.0.0.0/0", 443],
      ["sg-orders", 5432],
      ["sg-sessions", 6379],
    ]);
    const into = Object.entries(made.all("aws_vpc_security_group_ingress_rule"))
      .filter(([id]) => id.includes(`_${name}_`))
      .map(([, rule]) => rule.security_group_id);
    expect(into).toEqual(["sg-orders", "sg-sessions"]);
  }
});

test("B6: worker and schedule follow the active side, both bounds at once", () => {
  expect(made.one("aws_appautoscaling_target")).toMatchObject({
    min_capacity: "${var.cutover ? 2 : 0}",
    max_capacity: "${var.cutover ? 6 : 0}",
    scalable_dimension: "ecs:service:DesiredCount",
  });
  expect(made.one("aws_scheduler_schedule")).toMatchObject({
    state: '${var.cutover ? "ENABLED" : "DISABLED"}',
    flexible_time_window: { mode: "OFF" },
    schedule_expression_timezone: "UTC",
  });
});

test("a worker of a fixed number needs no autoscaling policy", () => {
  expect(Object.values(made.all("aws_appautoscaling_policy"))).toHaveLength(1);
  const fixed = background({ gate: { maxTasks: 2 } });
  expect(fixed.all("aws_appautoscaling_policy")).toEqual({});
});

test.each([
  [0, 2],
  [3, 2],
  [1.5, 2],
])("fails on a gate for %d to %d tasks", (minTasks, maxTasks) => {
  expect(() => background({ gate: { minTasks, maxTasks } })).toThrow(
    /eu-west-1\/mailer-gate: found .* tasks, expected whole numbers.*Fix/,
  );
});

test("a schedule starts the newest revision in private subnets, and gives up before the side may have changed", () => {
  expect(made.one("aws_scheduler_schedule").target).toMatchObject({
    ecs_parameters: {
      task_definition_arn: expect.stringMatching(/arn_without_revision\}$/) as string,
      launch_type: "FARGATE",
      network_configuration: { assign_public_ip: false, subnets: ["subnet-2", "subnet-3"] },
    },
    retry_policy: { maximum_event_age_in_seconds: 120, maximum_retry_attempts: 3 },
  });
});

test("a schedule that is adopted keeps group and name", () => {
  const adopted = background({ schedule: { group: "shop", importId: "shop/storefront-nightly" } });
  expect(adopted.json.import).toEqual([expect.objectContaining({ id: "shop/storefront-nightly" })]);
  expect(adopted.one("aws_scheduler_schedule")).toMatchObject({
    group_name: "shop",
    name: "storefront-nightly",
  });
});

test("fails on a schedule to adopt that has another name", () => {
  expect(() => background({ schedule: { importId: "shop/nightly" } })).toThrow(
    /nightly-schedule: importId: found "shop\/nightly", expected "default\/storefront-nightly".*Fix/,
  );
});

test("fails on a schedule's name that AWS does not take", () => {
  expect(() => background({ schedule: { name: "n".repeat(65) } })).toThrow(/has 65 characters, AWS takes 64/);
});

test("a worker that lacks tasks raises an alarm, also when none runs at all", () => {
  const [alarm, ...others] = Object.values(made.all("aws_cloudwatch_metric_alarm"));
  expect(others).toEqual([]);
  expect(alarm).toMatchObject({ alarm_actions: ["arn:aws:sns:eu-west-1:1:ops"], threshold: 0 });
  expect(JSON.stringify(alarm!.metric_query)).toMatch(/wanted - FILL\(running, 0\)/);
});
