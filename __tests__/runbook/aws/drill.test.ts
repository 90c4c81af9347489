import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
} from "@aws-sdk/client-rds";
import { MANIFEST_VERSION } from "../../../lib/manifest";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import { drillPlan } from "../../../runbook/aws/drill";
import type { Manifest } from "../../../runbook/aws/manifest";
import { newestSnapshot } from "../../../runbook/aws/rds-drill-snapshot";
import { findInstance } from "../../../runbook/aws/rds-instance";
import { SIDES } from "../../../runbook/side";
import { migrate, OPERATOR, pairOn, startCluster, type Cluster } from "../clusters";
import { operator, type Operator } from "../plans/course";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const DATABASE = "drilled";
const SCRATCH = `shop-${DATABASE}-drill`;
const REGIONS = { source: "us-east-1", target: "eu-west-1" };
let cluster: Cluster;
let clients: Clients;
let keeper: Operator;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_RDS = await emulator("moto");
  clients = openClients();
  keeper = operator();
  // What is restored is played by a database beside the live one, in which a table is missing.
  cluster = await startCluster();
  for (const database of [DATABASE, "restored", "too_old"]) await migrate(cluster, database);
  await cluster.as(OPERATOR, "too_old", (client) => client.query('DROP TABLE shop."Odd name"'));
  await cluster.as(OPERATOR, "restored", (client) =>
    client.query("INSERT INTO shop.orders (key) SELECT n::text FROM generate_series(1, 7) n"),
  );
  for (const side of SIDES)
    await clients.in("rds", REGIONS[side]).send(
      new CreateDBInstanceCommand({
        ...{
          DBInstanceIdentifier: `${DATABASE}-${side}`,
          DBInstanceClass: "db.t4g.medium",
          Engine: "postgres",
        },
        ...{
          AllocatedStorage: 20,

          MasterUsername: "keeper",
          MasterUserPassword: "not a secret",
        },
      }),
    );
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  keeper.close();
  clients.close();
  await cluster.stop();
});

/** @param restored database that is found in the scratch instance */
const drill = (restored: string) => {
  const pair = pairOn({ source: cluster, target: cluster }, DATABASE);
  const side = (name: string) => ({
    ...{ identifier: `${DATABASE}-${name}`, host: "localhost", port: 5432, engineVersion: "18" },
    ...{ majorVersion: 18, operatorSecretArn: "arn:operator", applicationSecretArn: "arn:application" },
  });
  const standby = {
    ...{ version: MANIFEST_VERSION, workload: "shop", phase: "standby" },
    ...{ sourceRegion: REGIONS.source, targetRegion: REGIONS.target },
    databases: { [DATABASE]: { source: side("source"), target: side("target") } },
  };
  const manifest = {
    ...{ workload: "shop", sourceRegion: REGIONS.source, targetRegion: REGIONS.target },
    parts: { standby },
  } as unknown as Manifest;
  const world = {
    databases: [pair],
    clients,
    regions: REGIONS,
    leftToPeople: [],
    close: () => clients.close(),
  };
  return keeper.run(
    drillPlan(world, manifest, {
      pauseMs: 1,
      login: () => Promise.resolve(cluster.config(OPERATOR, restored)),
    }),
  );
};
const nothingIsLeft = async () => {
  const rds = clients.in("rds", REGIONS.target);
  expect(await findInstance(rds, SCRATCH)).toBeUndefined();
  await expect(newestSnapshot(rds, `${DATABASE}-source`)).rejects.toThrow("no snapshot that is available");
};

test("fails without a backup, and leaves nothing", async () => {
  // The emulator takes one of each new instance.
  const rds = clients.in("rds", REGIONS.source);
  const { DBSnapshots } = await rds.send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: `${DATABASE}-source` }),
  );
  for (const { DBSnapshotIdentifier } of DBSnapshots ?? [])
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
  expect(await drill("restored")).toMatchObject({
    outcome: "undone",
    cause: expect.stringContaining("no snapshot that is available, expected one") as string,
  });
  await nothingIsLeft();
});

test("B8 B12: the newest backup is restored in the other region, its rows are counted, and both are removed", async () => {
  await clients.in("rds", REGIONS.source).send(
    new CreateDBSnapshotCommand({
      DBInstanceIdentifier: `${DATABASE}-source`,
      DBSnapshotIdentifier: "nightly",
    }),
  );
  const { outcome, cause, steps } = await drill("restored");
  expect({ outcome, cause }).toEqual({ outcome: "done", cause: undefined });
  expect(steps.find(({ id }) => id === "count")?.observations).toMatchObject({ [`${DATABASE}.rows`]: 7 });
  await nothingIsLeft();
});

test("B8: fails for a backup that lacks a table, says which, and removes what it has made", async () => {
  expect(await drill("too_old")).toMatchObject({
    outcome: "undone",
    cause: expect.stringContaining('shop."Odd name": not in the backup') as string,
  });
  await nothingIsLeft();
});
