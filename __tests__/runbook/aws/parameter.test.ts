import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { parametersIn, readParameter, writeParameter } from "../../../runbook/aws/parameter";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const writer = "/relocate/storefront/orders/writer";
let proxy: FaultProxy;
let ssm: SSMClient;

beforeAll(async () => {
  proxy = await openFaultProxy(await emulator("ministack"));
  ssm = parametersIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  // As the replication stack makes it.
  await ssm.send(new PutParameterCommand({ Name: writer, Type: "String", Value: "source.example.com" }));
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  ssm.destroy();
  await proxy.close();
});

const version = async () => (await ssm.send(new GetParameterCommand({ Name: writer }))).Parameter!.Version!;

test("a parameter is written, read back, and left alone when it says so already", async () => {
  const before = await version();
  await writeParameter(ssm, writer, "target.example.com");
  await writeParameter(ssm, writer, "target.example.com");
  expect(await readParameter(ssm, writer)).toBe("target.example.com");
  expect(await version()).toBe(before + 1);
});

test("an answer that is lost does not fail the write", async () => {
  proxy.next("none", "answer lost");
  await writeParameter(ssm, writer, "lost.example.com");
  expect(await readParameter(ssm, writer)).toBe("lost.example.com");
});

test("fails when somebody else has written between the write and the look", async () => {
  const another = () => fetch(`${proxy.endpoint}/`, request("other.example.com"));
  proxy.next("none", { meanwhile: another });
  await expect(writeParameter(ssm, writer, "ours.example.com")).rejects.toThrow(
    `eu-west-1: parameter ${writer}: "other.example.com", expected "ours.example.com"; somebody else writes it too`,
  );
});

/** PutParameter without a client, as another program sends it. */
const request = (value: string) => ({
  method: "POST",
  headers: {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AmazonSSM.PutParameter",
    authorization: "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/ssm/aws4_request",
  },
  body: JSON.stringify({ Name: writer, Value: value, Overwrite: true }),
});

test("fails for a parameter that no stack has made, and makes none", async () => {
  const missing = "/relocate/storefront/missing";
  await expect(writeParameter(ssm, missing, "x")).rejects.toThrow(
    `eu-west-1: parameter ${missing}: none, expected one; deploy the replication stack`,
  );
  await expect(readParameter(ssm, missing)).rejects.toThrow("none, expected one");
});
