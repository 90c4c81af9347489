import type { RDSClient } from "@aws-sdk/client-rds";
import { rdsIn } from "../../../runbook/aws/rds-instance";
import { zonesOffering } from "../../../runbook/aws/rds-offering";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

let rds: RDSClient;

beforeAll(async () => {
  rds = rdsIn({ name: "us-east-1", endpoint: await emulator("moto") });
}, EMULATOR_TIMEOUT);
afterAll(() => rds.destroy());

// The emulator knows the offers of us-east-1, for Aurora.
const wish = { engine: "aurora-postgresql", engineVersion: "11.9", instanceClass: "db.r4.16xlarge" };

test("an instance class is offered in some zones of a region, each named once", async () => {
  const zones = await zonesOffering(rds, wish);
  expect(zones).toEqual(["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`));
});

test("it is asked for by engine, version and class, and offered in no zone where there is none", async () => {
  const send = jest.spyOn(rds, "send");
  expect(await zonesOffering(rds, { ...wish, engine: "postgres" })).toEqual([]);
  // The emulator looks at the engine alone.
  expect(send.mock.calls.map(([{ input }]) => input)).toMatchObject([
    { Engine: "postgres", EngineVersion: "11.9", DBInstanceClass: "db.r4.16xlarge", Vpc: true },
  ]);
});
