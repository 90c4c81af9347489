import { randomBytes } from "node:crypto";
import { z } from "zod";
import { absent, blocks, regionOf, resources, type States } from "./state";

/** The local Secrets Manager. Texts are never written anywhere. */
export interface Secrets {
  /**
   * @param arn ARN of a secret or of a replica, optionally with `:<json key>:<version stage>:<version id>` as a container
   * definition may write it
   * @throws Error when there is no such secret in that region, it has no value, or it is not JSON with that key
   */
  read(arn: string): string;
}

const secret = z.object({
  id: z.string(),
  arn: z.string(),
  replica: blocks(z.object({ region: z.string() })),
});
const version = z.object({ secret_id: z.string() });
const instance = z.object({
  username: z.string(),
  master_user_secret: blocks(z.object({ secret_arn: absent(z.string()) })),
});

const randomText = () => randomBytes(24).toString("base64url");
const inRegion = (arn: string, region: string) => arn.split(":").with(3, region).join(":");

/** What a secret was given when the stacks were applied, by its ARN: state has no texts. Undefined when nobody knows. */
export type GivenText = (arn: string) => string | undefined;

/**
 * Opens a local Secrets Manager over the applied state. A secret has the text it was given, so that a copy in the other
 * region has its original's; one that nobody knows gets a random one.
 *
 * @param given @default - none is known
 */
export function openSecrets(states: States, given: GivenText = () => undefined): Secrets {
  /** Text by ARN; absent when the secret exists and has no version. */
  const texts = new Map<string, string | undefined>();
  const versions = new Set(
    resources(states, "aws_secretsmanager_secret_version", version).map((it) => it.values.secret_id),
  );
  for (const { values } of resources(states, "aws_secretsmanager_secret", secret)) {
    const text =
      versions.has(values.id) || versions.has(values.arn) ? (given(values.arn) ?? randomText()) : undefined;
    texts.set(values.arn, text);
    for (const { region } of values.replica) texts.set(inRegion(values.arn, region), text);
  }
  for (const { values } of resources(states, "aws_db_instance", instance)) {
    const arn = values.master_user_secret[0]?.secret_arn;
    if (arn) texts.set(arn, JSON.stringify({ username: values.username, password: randomText() }));
  }
  return {
    read(reference) {
      const parts = reference.split(":");
      const arn = parts.slice(0, 7).join(":");
      const key = parts[7];
      if (!texts.has(arn))
        throw new Error(`no secret ${arn} in ${regionOf(arn)}; there are: ${list(texts.keys())}`);
      const text = texts.get(arn);
      if (text === undefined)
        throw new Error(`secret ${arn} has no value: no aws_secretsmanager_secret_version in state`);
      return key ? field(text, key, arn) : text;
    },
  };
}

const list = (arns: Iterable<string>) => [...arns].sort().join(", ") || "none";

function field(text: string, key: string, arn: string): string {
  const found = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>)[key] : undefined;
  if (typeof found !== "string") throw new Error(`secret ${arn} has no JSON key "${key}"`);
  return found;
}
