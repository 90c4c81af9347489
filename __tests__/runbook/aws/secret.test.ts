import { CreateSecretCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
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
