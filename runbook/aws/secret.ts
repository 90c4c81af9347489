import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import { type AwsRegion, connect } from "./region";

/** A client of Secrets Manager in one region. */
export const secretsIn = (region: AwsRegion): SecretsManagerClient => connect(SecretsManagerClient, region);

const credentials = z.object({ username: z.string(), password: z.string() });

/** What RDS keeps for the operator. Never print it. */
export type Credentials = z.infer<typeof credentials>;

/**
 * Reads a secret's whole text, as it is now: read it anew for each connection, because secrets rotate. Never print it.
 *
 * Needs `secretsmanager:GetSecretValue` on the secret, and `kms:Decrypt` on its key when that is not AWS's own.
 *
 * @throws Error without a word of the secret
 */
export async function readSecret(secrets: SecretsManagerClient, arn: string): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString !== undefined) return SecretString;
  throw new Error(`${await at(secrets, arn)}: it is binary, expected text; write it as text`);
}

/**
 * Reads the user name and the password from a secret in RDS's form, JSON with `username` and `password`. Never print them.
 *
 * @throws Error without a word of the secret
 */
export async function readCredentials(secrets: SecretsManagerClient, arn: string): Promise<Credentials> {
  const parsed = credentials.safeParse(parseJson(await readSecret(secrets, arn)));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${await at(secrets, arn)}: not of the form that RDS gives the operator's secret, expected JSON with username and ` +
      "password; correct the manifest",
  );
}

const at = async (secrets: SecretsManagerClient, arn: string): Promise<string> =>
  `${await secrets.config.region()}: secret ${arn}`;

/** What the parser complains of quotes the text, so it is not passed on. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
