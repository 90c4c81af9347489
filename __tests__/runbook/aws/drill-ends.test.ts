import { CreateDBInstanceCommand, DeleteDBInstanceCommand } from "@aws-sdk/client-rds";
import { MANIFEST_VERSION } from "../../../lib/manifest";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import { drillPlan } from "../../../runbook/aws/drill";
import type { Manifest } from "../../../runbook/aws/manifest";
import { findInstance } from "../../../runbook/aws/rds-instance";
import { SCRATCH } from "../../../runbook/aws/rds-scratch";
import { openJournal } from "../../../runbook/journal";
import { SIDES } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { DatabasePair } from "../../../runbook/world";
import { operator, type Operator } from "../plans/course";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const REGIONS = { source: "us-east-1", target: "eu-west-1" };
const DRILLED = "ends-orders-drill";
let clients: Clients;
let keeper: Operator;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_RDS = await emulator("moto");
  clients = openClients();
}, EMULATOR_TIMEOUT);
beforeEach(() => void (keeper = operator()));
afterEach(() => keeper.close());
afterAll(() => clients.close());

/** Of a workload whose databases nobody reaches. */
const drill = (): Plan => {
  const side = (name: string) => ({
    ...{ identifier: `ends-${name}`, host: "localhost", port: 5432, engineVersion: "18", majorVersion: 18 },
    ...{ operatorSecretArn: "arn:operator", applicationSecretArn: "arn:application" },
  });
  const workload = { workload: "ends", sourceRegion: REGIONS.source, targetRegion: REGIONS.target };
  const standby = {
    ...{ version: MANIFEST_VERSION, phase: "standby", ...workload },
    databases: {
      orders: { engine: "postgres", strategy: "logical", source: side("source"), target: side("target") },
    },
  };
  const manifest = { ...workload, parts: { standby } } as unknown as Manifest;
  const unreachable: DatabasePair = {
    ...{ name: "orders", databaseName: "orders", strategy: "logical", endpoint: { kind: "host-list" } },
    applicationRoles: [],
    operator: () => Promise.reject(new Error("no way to it")),
    conninfo: () => Promise.reject(new Error("not asked for")),
    applicationPassword: () => Promise.reject(new Error("not asked for")),
  };
  const world = {
    databases: [unreachable],
    drilled: [unreachable],
    clients,
    regions: REGIONS,
    leftToPeople: [],
    close: () => undefined,
  };
  return drillPlan(world, manifest, { pauseMs: 1 });
};

const makeInstance = async (tags: (typeof SCRATCH)[]) =>
  clients.in("rds", REGIONS.source).send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: DRILLED, DBInstanceClass: "db.t4g.medium", Engine: "postgres", Tags: tags },
      ...{ AllocatedStorage: 20, MasterUsername: "keeper", MasterUserPassword: "not a secret" },
    }),
  );

/** As `kill -9` leaves the journal in the middle of the restore. */
async function cutOffWhileRestoring(): Promise<void> {
  const journal = await openJournal(keeper.journal);
  const note = { at: new Date().toISOString(), run: 1, plan: "drill" };
  await journal.append(
    { ...note, event: "plan begun", by: "nobody on nowhere" },
    { ...note, event: "step begun", step: "copy" },
    { ...note, event: "step begun", step: "restore" },
  );
  await journal.close();
}

test("fails before anything is begun where nobody can tell which side is active", async () => {
  const { outcome, cause, steps } = await keeper.run(drill());
  expect({ outcome, cause }).toEqual({
    outcome: "undone",
    cause: expect.stringContaining("who the writer is cannot be told (unknown)") as string,
  });
  expect(steps.map(({ state }) => state)).toEqual(["failed", ...Array<string>(4).fill("not reached")]);
});

test("what a cut-off drill has made is removed, in whichever region, also where no database is reached", async () => {
  await makeInstance([SCRATCH]);
  await cutOffWhileRestoring();
  expect(await keeper.run(drill())).toMatchObject({ outcome: "undone", resumed: true });
  for (const side of SIDES)
    expect(await findInstance(clients.in("rds", REGIONS[side]), DRILLED)).toBeUndefined();
});

test("fails for somebody's instance of that name, leaves it alone, and does not try for ever", async () => {
  await makeInstance([]);
  await cutOffWhileRestoring();
  const { outcome, steps } = await keeper.run(drill());
  expect(outcome).toBe("stopped");
  expect(steps.find(({ id }) => id === "restore")?.error).toContain(
    "not scratch (it lacks the tag relocate:scratch), left alone",
  );
  const rds = clients.in("rds", REGIONS.source);
  expect(await findInstance(rds, DRILLED)).toMatchObject({ status: "available" });
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: DRILLED, SkipFinalSnapshot: true }));
});
