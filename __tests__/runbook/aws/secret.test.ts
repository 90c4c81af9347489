import { CreateSecretCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { openClients } from "../../../runbook/aws/clients";
import { databasePair } from "../../../runbook/aws/database-pair";
import { readCredentials, readSecret, secretsIn } from "../../../runbook/aws/secret";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const PASSWORD = "hunter2-never-shown";
let secrets: SecretsManagerClient;

beforeAll(async () => {
  secrets = secretsIn({ name: "eu-west-1", endpoint: await emulator("ministack") });
}, EMULATOR_TIMEOUT);
afterAll(() => secrets.destroy());

async function keep(
  name: string,
  content: { SecretString?: string; SecretBinary?: Uint8Array },
): Promise<string> {
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: `secret-test/${name}`, ...content }));
  return ARN!;
}

test("the operator's secret and an application's are read", async () => {
  const operator = await keep("operator", {
    SecretString: JSON.stringify({ username: "operator", password: PASSWORD, host: "orders.example.com" }),
  });
  expect(await readCredentials(secrets, operator)).toEqual({ username: "operator", password: PASSWORD });
  expect(await readSecret(secrets, await keep("application", { SecretString: PASSWORD }))).toBe(PASSWORD);
});

test("D3: servers verify each other in full by the file that is named for the side that connects, and encrypt anyway", async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  const clients = openClients();
  const operator = await keep("quoted", {
    SecretString: JSON.stringify({ username: "operator", password: "it's \\ odd" }),
  });
  const side = (host: string) => ({
    ...{ identifier: host, host, port: 5432, engineVersion: "18", majorVersion: 18 },
    ...{ operatorSecretArn: operator, applicationSecretArn: operator },
  });
  const pair = databasePair(clients, {
    name: "orders",
    regions: { source: "eu-west-1", target: "eu-west-1" },
    endpoint: { kind: "host-list" },
    database: {
      ...{ engine: "postgres", strategy: "logical", writerDiscovery: "host-list", databaseName: "orders" },
      ...{ operatorRole: "operator", applicationRole: "orders_app" },
      ...{ source: side("here"), target: side("there"), serverAuthorities: { target: "/etc/ca.pem" } },
    },
  });
  const login = "port='5432' dbname='orders' user='operator' password='it\\'s \\\\ odd'";
  expect(await pair.conninfo("target")).toBe(
    `host='here' ${login} sslmode='verify-full' sslrootcert='/etc/ca.pem'`,
  );
  expect(await pair.conninfo("source")).toBe(`host='there' ${login} sslmode='require'`);
  clients.close();
  delete process.env.AWS_ENDPOINT_URL;
});

test.each([
  ["is no JSON", `${PASSWORD}{`],
  ["lacks the user name", JSON.stringify({ password: PASSWORD })],
  ["is a number", "17"],
])("fails without a word of the secret when it %s", async (name, SecretString) => {
  const arn = await keep(name, { SecretString });
  const error = (await readCredentials(secrets, arn).catch((thrown: unknown) => thrown)) as Error;
  expect(error.message).toBe(
    `eu-west-1: secret ${arn}: not of the form that RDS gives the operator's secret, expected JSON with username and ` +
      "password; correct the manifest",
  );
  expect(JSON.stringify([error.stack, error.cause])).not.toContain(PASSWORD);
});

test("fails for a binary secret", async () => {
  const arn = await keep("binary", { SecretBinary: Buffer.from(PASSWORD) });
  await expect(readSecret(secrets, arn)).rejects.toThrow("it is binary, expected text; write it as text");
});

test("fails for a secret that is not there, naming region and call", async () => {
  const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:missing-abcdef";
  await expect(readSecret(secrets, arn)).rejects.toThrow(
    /^eu-west-1: SecretsManager GetSecretValue: ResourceNotFoundException: /,
  );
});
