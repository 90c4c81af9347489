import { DescribeDBInstancesCommand, type RDSClient } from "@aws-sdk/client-rds";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { explain } from "../../../runbook/aws/fault";
import { findInstance, rdsIn } from "../../../runbook/aws/rds-instance";
import { secretsIn } from "../../../runbook/aws/secret";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

let proxy: FaultProxy;
let rds: RDSClient;

beforeAll(async () => {
  proxy = await openFaultProxy(await emulator("moto"));
  // A client of its own: after throttling it stays slow for a while.
  rds = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
}, EMULATOR_TIMEOUT);
beforeEach(() => void proxy.count());
afterAll(async () => {
  rds.destroy();
  await proxy.close();
});

test("a call that is reset, that AWS has a fault with, or that is throttled is tried again until it gets through", async () => {
  proxy.next("reset", "unavailable", "throttled");
  expect(await findInstance(rds, "fault-test")).toBeUndefined();
  expect(proxy.count()).toBe(4);
});

test("an answer that does not come within ten seconds is not waited for: the call is tried again", async () => {
  const other = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  proxy.next({ late: 30_000 });
  expect(await findInstance(other, "fault-test")).toBeUndefined();
  expect(proxy.count()).toBe(2);
  other.destroy();
});

test("fails after the sixth try, saying where, what, how often and what to do", async () => {
  const patient = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  proxy.next(...Array<"unavailable">(6).fill("unavailable"));
  await expect(patient.send(new DescribeDBInstancesCommand({}))).rejects.toThrow(
    "eu-west-1: RDS DescribeDBInstances: ServiceUnavailable: Try later (tried 6 times); the fault is on AWS's side: " +
      "wait a minute, then give the same command again",
  );
  expect(proxy.count()).toBe(6);
  patient.destroy();
});

test("fails after the sixth try when nothing answers at all", async () => {
  const gone = await openFaultProxy("http://127.0.0.1:1");
  await gone.close();
  const nobody = rdsIn({ name: "eu-west-1", endpoint: gone.endpoint });
  await expect(nobody.send(new DescribeDBInstancesCommand({}))).rejects.toThrow(
    /eu-west-1: RDS DescribeDBInstances: Error.*: .*ECONNREFUSED.* \(tried 6 times\)/,
  );
  nobody.destroy();
});

describe("an answer that cannot be read", () => {
  const PASSWORD = "hunter2-never-shown";
  let server: Server;

  beforeAll(async () => {
    server = createServer((_, answer) => {
      answer.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      answer.end(`{"SecretString": "${PASSWORD}`);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => void server.close());

  test("fails without a word of what it held", async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const secrets = secretsIn({ name: "eu-west-1", endpoint });
    const reading = secrets.send(new GetSecretValueCommand({ SecretId: "operator" }));
    const error = (await reading.catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain(
      "eu-west-1: SecretsManager GetSecretValue: SyntaxError: an answer that is not of the API's form",
    );
    expect(JSON.stringify([error, error.stack, error.cause])).not.toContain(PASSWORD);
    secrets.destroy();
  });
});

test.each([
  ["CredentialsProviderError", "run it in the runner's task, or name a profile in AWS_PROFILE"],
  ["ExpiredTokenException", "renew the credentials"],
  ["AccessDeniedException", "allow the role that runs this what AWS names"],
  ["ResourceNotFoundException", "see that it stands, and that the outputs are the newest"],
  ["ThrottlingException", "AWS holds calls back: wait a minute"],
  ["TimeoutError", "see that AWS can be reached from here"],
])("%s comes with a fix", (name, fix) => {
  const error = Object.assign(new Error("so it said"), { name });
  const message = explain(error, "eu-west-1: RDS DescribeDBInstances");
  expect(message).toBe(
    `eu-west-1: RDS DescribeDBInstances: ${name}: so it said; ${fix}, then give the same command again`,
  );
});

test("an error that two calls are handed, such as that of their credentials, is explained once", async () => {
  const shared = Object.assign(new Error("none found"), { name: "CredentialsProviderError" });
  const stranger = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  stranger.middlewareStack.add(() => () => Promise.reject(shared), { step: "build" });
  const calls = [1, 2].map(() => stranger.send(new DescribeDBInstancesCommand({})));
  for (const { status } of await Promise.allSettled(calls)) expect(status).toBe("rejected");
  expect(shared.message.match(/DescribeDBInstances/g)).toHaveLength(1);
  stranger.destroy();
});

test("an error of the network comes with its code and a fix", () => {
  const error = Object.assign(new Error("getaddrinfo ENOTFOUND rds.eu-west-1.amazonaws.com"), {
    code: "ENOTFOUND",
  });
  expect(explain(error, "eu-west-1: RDS DescribeDBInstances")).toBe(
    "eu-west-1: RDS DescribeDBInstances: Error ENOTFOUND: getaddrinfo ENOTFOUND rds.eu-west-1.amazonaws.com; " +
      "see that AWS can be reached from here, then give the same command again",
  );
});
