import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";

/** A client of SSM in one region. */
export const parametersIn = (region: AwsRegion): SSMClient => connect(SSMClient, region);

/**
 * Reads a parameter that is no secret: the host of the writer for poolers, the proof of a completed relocation.
 *
 * Needs `ssm:GetParameter` on it.
 *
 * @throws Error when there is none
 */
export async function readParameter(ssm: SSMClient, name: string): Promise<string> {
  const found = await unlessFault(ssm.send(new GetParameterCommand({ Name: name })), "ParameterNotFound");
  if (found?.Parameter?.Value !== undefined) return found.Parameter.Value;
  throw new Error(
    `${await ssm.config.region()}: parameter ${name}: none, expected one; deploy the replication stack`,
  );
}

/**
 * Writes a parameter that a stack has made, and reads it back; nothing is written when it says so already.
 *
 * Needs `ssm:GetParameter` and `ssm:PutParameter` on it.
 *
 * @param value no secret, at most 4 KB
 * @throws Error when there is none: one that no stack knows would stay behind for ever
 */
export async function writeParameter(ssm: SSMClient, name: string, value: string): Promise<void> {
  if ((await readParameter(ssm, name)) === value) return;
  await ssm.send(new PutParameterCommand({ Name: name, Value: value, Overwrite: true }));
  const found = await readParameter(ssm, name);
  if (found === value) return;
  throw new Error(
    `${await ssm.config.region()}: parameter ${name}: ${JSON.stringify(found)}, expected ${JSON.stringify(value)}; ` +
      "somebody else writes it too: stop that, then give the same command again",
  );
}
