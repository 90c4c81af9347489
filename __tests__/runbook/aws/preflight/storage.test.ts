import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { ManifestDatabase } from "../../../../lib/manifest";
import { type Clients, openClients } from "../../../../runbook/aws/clients";
import { storageFindings, storageLook } from "../../../../runbook/aws/preflight/storage";
import { emulator, EMULATOR_TIMEOUT } from "../emulators/emulator";

const GIB = 2 ** 30;
let clients: Clients;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  clients = openClients();
}, EMULATOR_TIMEOUT);
afterAll(() => clients.close());

const database = (engine: string, identifier: string) =>
  ({ engine, source: { identifier } }) as unknown as ManifestDatabase;

test("a source that has little storage left is warned of, with limits that fit it; Aurora's grows", async () => {
  await clients.in("cloudWatch", "us-east-1").send(
    new PutMetricDataCommand({
      Namespace: "AWS/RDS",
      MetricData: [
        {
          MetricName: "FreeStorageSpace",
          Value: 12 * GIB,
          Timestamp: new Date(Date.now() - 120_000),
          Dimensions: [{ Name: "DBInstanceIdentifier", Value: "storage-look" }],
        },
      ],
    }),
  );
  const databases = {
    orders: database("postgres", "storage-look"),
    ledger: database("aurora-postgresql", "storage-look-aurora"),
    unknown: database("postgres", "storage-look-unknown"),
  };
  expect(await storageLook(clients, "us-east-1", databases).find()).toMatchObject([
    {
      severity: "warns",
      found: "orders: the source has 12.0 GiB of storage left",
      fix: "raise its storage, or run: relocate watch --every 30s --warn 1536MiB --stop 6GiB",
    },
    {
      severity: "note",
      found: expect.stringContaining("unknown: CloudWatch knows no free storage") as string,
    },
  ]);
});

test("enough is no finding", () => expect(storageFindings("orders", 40 * GIB)).toEqual([]));
