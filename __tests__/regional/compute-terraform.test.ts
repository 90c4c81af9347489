import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { PoolerRoles } from "../../lib/global/pooler-roles";
import { SchedulerRole } from "../../lib/global/scheduler-role";
import { WorkerGate } from "../../lib/link/worker-gate";
import { OneOff } from "../../lib/regional/one-off";
import { Pooler } from "../../lib/regional/pooler";
import { STAGE_WRITER, START_POOLER } from "../../lib/regional/pooler-scripts";
import { poolerSettings } from "../../lib/regional/pooler-settings";
import { Schedule } from "../../lib/regional/schedule";
import { Service } from "../../lib/regional/service";
import { ServiceAlarms } from "../../lib/regional/service-alarms";
import { Worker } from "../../lib/regional/worker";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackPlan, type StackState, type Workspace } from "../../offline/workspace";
import { modules, ROLE } from "./modules";

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
const STACK = "compute";
/** With everything that means something to Terraform. */
const COMMAND = ["sh", "-c", 'echo "${HOME}" %{PATH} \'a\\nb\' "$1"\n'];
const DATABASE_SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:orders-AbCdEf`;

let directory: string;
let standIn: StandIn;
let workspace: Workspace;
let first: StackPlan;
let state: StackState;

/** Every kind of container in one region, with what gates them; `more` are further web services. */
function build(stack: TerraformStack, more: readonly string[]): void {
  const active = new TerraformVariable(stack, "active", { type: "bool", default: false }).stringValue;
  const global = new GlobalScope(stack, "global");
  const region = new RegionScope(stack, REGION, { region: REGION });
  const { network, orders, loadBalancer, web } = modules(region, REGION, "10.20.0.0/16");
  const container = {
    network,
    image: "example:1",
    command: COMMAND,
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
  };
  const answering = { port: 8080, healthCheckPath: "/healthz", tasks: 1, loadBalancer };
  for (const name of more) {
    new Service(region, name, {
      ...container,
      ...answering,
      name: `storefront-${name}`,
      paths: [`/${name}/*`],
    });
  }
  const adopted = { importId: "shop/frontend", paths: ["/frontend/*"] };
  new Service(region, "frontend", { ...container, ...answering, ...adopted, name: "storefront-frontend" });
  const mailer = new Worker(region, "mailer", { ...container, name: "storefront-mailer" });
  new WorkerGate(region, "mailer-gate", { worker: mailer, minTasks: 1, maxTasks: 3, active });
  const nightly = new OneOff(region, "nightly", { ...container, name: "storefront-nightly" });
  const role = new SchedulerRole(global, "nightly-schedule", {
    name: "storefront-nightly-schedule",
    account: ACCOUNT,
    taskDefinitionFamily: nightly.family,
    clusterArns: [nightly.clusterArn],
    passRoleArns: [ROLE],
  });
  new Schedule(region, "nightly-schedule", {
    ...{
      name: "storefront-nightly",
      expression: "rate(1 day)",
      oneOff: nightly,
      roleArn: role.roleArn,
      active,
    },
  });
  for (const service of [web, mailer]) {
    new ServiceAlarms(region, `${service.node.id}-alarms`, { service });
  }
  const pooler = { name: "storefront-orders-pooler", writerParameter: "/relocate/storefront/orders/writer" };
  const roles = new PoolerRoles(global, "orders-pooler", {
    ...pooler,
    account: ACCOUNT,
    regions: [REGION],
    images: ["example/pgbouncer:1.24"],
    credentialsSecretArns: [DATABASE_SECRET],
  });
  new Pooler(region, "orders-pooler", {
    ...pooler,
    network,
    image: "example/pgbouncer:1.24",
    database: orders,
    databaseName: "orders",
    applicationRole: "orders_app",
    credentialsSecretArn: DATABASE_SECRET,
    firstWriter: orders.host,
    otherCidr: "10.10.0.0/16",
    clients: { web, mailer },
    administratorRoleArns: [ROLE],
    taskRoleArn: roles.task.roleArn,
    executionRoleArn: roles.execution.roleArn,
  });
}

/** Opens the stack for Terraform, with whatever state an earlier one has left. */
async function open(...more: string[]): Promise<Workspace> {
  const outdir = path.join(directory, `synthesized-${more.length}`);
  const app = new App({ outdir });
  build(new TerraformStack(app, STACK), more);
  app.synth();
  const opened = await openWorkspace({
    synthesis: { stacks: [{ name: STACK, directory: path.join(outdir, "stacks", STACK), dependencies: [] }] },
    directory: path.join(directory, "workspace"),
    standIn,
  });
  await opened.init(STACK);
  return opened;
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "compute-"));
  standIn = await startStandIn();
  workspace = await open();
  first = await workspace.plan(STACK);
  await workspace.apply(STACK);
  state = await workspace.state(STACK);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const all = (type: string) => state.resources.filter((resource) => resource.type === type);
const changesOf = ({ changes }: StackPlan) =>
  changes.map(({ type, actions }) => `${actions.join("+")} ${type}`).sort();

test("every kind of container applies in one go, and then shows no changes", async () => {
  const actions = new Set(first.changes.flatMap((change) => change.actions));
  expect([...actions].filter((action) => !["create", "update", "no-op"].includes(action))).toEqual([]);
  const second = await workspace.plan(STACK);
  expect(second.changes).toEqual([]);
});

test("B6: when the side becomes active, the gate's bounds and the schedule change in place, and nothing else", async () => {
  const plan = await workspace.plan(STACK, { active: true });
  expect(changesOf(plan)).toEqual(["update aws_appautoscaling_target", "update aws_scheduler_schedule"]);
});

test("another web service changes nothing of those that are there", async () => {
  const plan = await (await open("cart")).plan(STACK);
  expect(plan.changes.flatMap(({ actions }) => actions).filter((action) => action !== "create")).toEqual([]);
  expect(changesOf(plan)).toContain("create aws_lb_listener_rule");
});

test("an adopted service is taken over by the region's provider, and changed in place", () => {
  const services = first.changes.filter(({ type }) => type === "aws_ecs_service");
  const frontend = services.find(({ address }) => address.includes("frontend"))!;
  expect(frontend.actions).toEqual(["update"]);
});

test("a pooler's containers get scripts and settings as they were written, to the letter", () => {
  const definition = all("aws_ecs_task_definition").find(({ address }) => address.includes("pooler"))!;
  const [pgbouncer, writer] = JSON.parse(String(definition.values.container_definitions)) as {
    command: string[];
    environment: { name: string; value: string }[];
  }[];
  expect(pgbouncer!.command).toEqual([START_POOLER]);
  expect(writer!.command).toEqual([STAGE_WRITER]);
  const variable = (of: typeof writer, name: string) =>
    of!.environment.find((one) => one.name === name)?.value;
  expect(variable(pgbouncer, "SETTINGS")).toBe(poolerSettings({ staged: "/staged", own: "/own" }, 40));
  expect(variable(writer, "FIRST_WRITER")).toBe(all("aws_db_instance")[0]!.values.address);
});

test("a command reaches its container as it was written", () => {
  const definition = all("aws_ecs_task_definition").find(({ address }) => address.includes("mailer"))!;
  expect(JSON.parse(String(definition.values.container_definitions))).toMatchObject([{ command: COMMAND }]);
});

test("the administrator's password is readable for PgBouncer and the runbook, and stands in no state", () => {
  const [policy] = all("aws_secretsmanager_secret_policy");
  expect(JSON.parse(String(policy!.values.policy))).toMatchObject({
    Statement: [
      {
        Principal: { AWS: [expect.stringMatching(/:role\/storefront-orders-pooler-execution$/), ROLE] },
        Resource: expect.stringMatching(/:secret:storefront-orders-pooler\/administrator-/) as string,
      },
    ],
  });
  for (const version of all("aws_secretsmanager_secret_version")) {
    expect([version.values.secret_string, version.values.secret_string_wo].filter(Boolean)).toEqual([]);
  }
});
