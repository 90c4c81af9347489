import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
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
import { findCluster } from "../../../runbook/aws/rds-cluster";
import { findInstance } from "../../../runbook/aws/rds-instance";
import { SNAPSHOT_CALLS } from "../../../runbook/aws/rds-snapshot-kind";
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

/** ARN of a key of the emulator's, asked of it without a client that nothing else needs. */
async function makeKey(region: string): Promise<string> {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL_RDS!, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${region}/kms/aws4_request`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "TrentService.CreateKey",
    },
    body: "{}",
  });
  return ((await answer.json()) as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
}

/** A cluster with one instance on each side, as Aurora's. */
async function makeClusters(): Promise<void> {
  for (const side of SIDES) {
    const rds = clients.in("rds", REGIONS[side]);
    const common = { DBClusterIdentifier: `${DATABASE}-aurora-${side}`, Engine: "aurora-postgresql" };
    await rds.send(
      new CreateDBClusterCommand({
        ...common,
        ...{ MasterUsername: "keeper", MasterUserPassword: "not a secret" },
        ...{ StorageEncrypted: true, KmsKeyId: await makeKey(REGIONS[side]) },
      }),
    );
    await rds.send(
      new CreateDBInstanceCommand({
        ...common,
        ...{ DBInstanceIdentifier: `${DATABASE}-aurora-${side}-1`, DBInstanceClass: "db.r6g.large" },
      }),
    );
  }
  await clients.in("rds", REGIONS.source).send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: `${DATABASE}-aurora-source`,
      DBClusterSnapshotIdentifier: `${DATABASE}-aurora-nightly`,
    }),
  );
}

interface Drilled {
  /** Database that is found in the scratch one. */
  readonly restored: string;
  readonly kind?: "instance" | "aurora";
  readonly rehearse?: () => Promise<void>;
}

const drill = ({ restored, kind = "instance", rehearse }: Drilled) => {
  const pair = pairOn({ source: cluster, target: cluster }, DATABASE);
  const side = (name: string) => ({
    ...{
      identifier: `${DATABASE}-${kind === "aurora" ? "aurora-" : ""}${name}`,
      host: "localhost",
      port: 5432,
      engineVersion: "18",
    },
    ...{ majorVersion: 18, operatorSecretArn: "arn:operator", applicationSecretArn: "arn:application" },
  });
  const standby = {
    ...{ version: MANIFEST_VERSION, workload: "shop", phase: "standby" },
    ...{ sourceRegion: REGIONS.source, targetRegion: REGIONS.target },
    databases: {
      [DATABASE]: {
        ...(kind === "aurora"
          ? { engine: "aurora-postgresql", strategy: "aurora-global" }
          : { engine: "postgres", strategy: "logical" }),
        ...{ source: side("source"), target: side("target") },
      },
    },
  };
  const manifest = {
    ...{ workload: "shop", sourceRegion: REGIONS.source, targetRegion: REGIONS.target },
    parts: { standby },
  } as unknown as Manifest;
  const world = {
    databases: [pair],
    drilled: [pair],
    clients,
    regions: REGIONS,
    leftToPeople: [],
    close: () => clients.close(),
  };
  return keeper.run(
    drillPlan(world, manifest, {
      pauseMs: 1,
      rehearse,
      login: () => Promise.resolve(cluster.config(OPERATOR, restored)),
    }),
  );
};
const nothingIsLeft = async () => {
  const rds = clients.in("rds", REGIONS.target);
  expect(await findInstance(rds, SCRATCH)).toBeUndefined();
  expect(await newestSnapshot(rds, "instance", `${DATABASE}-source`)).toBeUndefined();
  for (const side of SIDES)
    expect(await SNAPSHOT_CALLS.instance.find(clients.in("rds", REGIONS[side]), SCRATCH)).toBeUndefined();
};

test("B8: one that has no backup yet is given one, which is restored in the other region and removed with it", async () => {
  // The emulator takes one of each new instance.
  const rds = clients.in("rds", REGIONS.source);
  const { DBSnapshots } = await rds.send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: `${DATABASE}-source` }),
  );
  for (const { DBSnapshotIdentifier } of DBSnapshots ?? [])
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
  const { outcome, cause, steps } = await drill({ restored: "restored" });
  expect({ outcome, cause }).toEqual({ outcome: "done", cause: undefined });
  expect(steps.find(({ id }) => id === "backups")?.observations).toMatchObject({
    [`${DATABASE}.taken`]: SCRATCH,
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
  const { outcome, cause, steps } = await drill({ restored: "restored" });
  expect({ outcome, cause }).toEqual({ outcome: "done", cause: undefined });
  expect(steps.find(({ id }) => id === "count")?.observations).toMatchObject({ [`${DATABASE}.rows`]: 7 });
  await nothingIsLeft();
});

test("B8: fails for a backup that lacks a table, says which, and removes what it has made", async () => {
  expect(await drill({ restored: "too_old" })).toMatchObject({
    outcome: "undone",
    cause: expect.stringContaining('shop."Odd name": not in the backup') as string,
  });
  await nothingIsLeft();
});

test("B8: an Aurora cluster's backup is proven and removed in the same way", async () => {
  await makeClusters();
  const { outcome, cause, steps } = await drill({ restored: "restored", kind: "aurora" });
  expect({ outcome, cause }).toEqual({ outcome: "done", cause: undefined });
  expect(steps.find(({ id }) => id === "count")?.observations).toMatchObject({ [`${DATABASE}.rows`]: 7 });
  const rds = clients.in("rds", REGIONS.target);
  expect(await findCluster(rds, SCRATCH)).toBeUndefined();
  expect(await SNAPSHOT_CALLS.cluster.find(rds, SCRATCH)).toBeUndefined();
});

test("B12: fails before anything is copied where the move itself cannot be rehearsed", async () => {
  const rehearse = () => Promise.reject(new Error("lost 3 orders"));
  const { outcome, cause, steps } = await drill({ restored: "restored", rehearse });
  expect({ outcome, cause }).toEqual({
    outcome: "undone",
    cause: "The move is rehearsed on this machine: lost 3 orders",
  });
  expect(steps.find(({ id }) => id === "copy")?.state).toBe("not reached");
});
