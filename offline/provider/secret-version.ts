import type { Holdings } from "../cloud";
import { Refusal } from "../protocol/refusal";
import type { ReadVersion } from "../secrets";
import { digestOf, type ObjectValue, textOf } from "../value";

const SECRET = "aws_secretsmanager_secret";

/** A date that every object made offline has. */
const CREATED = "2025-01-01T00:00:00Z";

const inRegion = (arn: string, region: string) =>
  arn.replace(/^(arn:aws:secretsmanager):[^:]*:/, `$1:${region}:`);

/** The secret that a name or ARN means in a region: one made there, or the original of a replica that stands there. */
function secretIn(cloud: Holdings, region: string, nameOrArn: string): ObjectValue | undefined {
  const means = (secret: ObjectValue) =>
    secret.name === nameOrArn || inRegion(textOf(secret, "arn") ?? "", region) === nameOrArn;
  const stands = ({ region: home, replica }: ObjectValue) =>
    home === region || (Array.isArray(replica) && replica.some((one) => textOf(one, "region") === region));
  return cloud.find(SECRET).find((secret) => means(secret) && stands(secret));
}

/** What stands for the text of a secret that was never written here: the same at each read, and no password of anybody's. */
const madeUp = (arn: string): ReadVersion => {
  const digest = digestOf("text of", arn);
  return { id: digest.slice(0, 36), text: `offline-${digest.slice(0, 32)}`, stages: ["AWSCURRENT"] };
};

/** Keeps what a new version was given; the object itself shows none of it. */
export function keepSecret(state: ObjectValue, config: ObjectValue, cloud: Holdings): void {
  const text = textOf(config, "secret_string_wo") ?? textOf(config, "secret_string");
  const id = textOf(state, "version_id");
  const arn = textOf(state, "arn");
  if (text !== undefined && id !== undefined && arn !== undefined) cloud.secrets.put(arn, { id, text });
}

const refusal = (id: string, reason: string) =>
  new Refusal(`reading Secrets Manager Secret Version (${id})`, `ResourceNotFoundException: ${reason}`);

/**
 * Reads a secret as `aws_secretsmanager_secret_version` does when it is opened.
 *
 * A secret that something else made, known by its whole ARN, is taken to exist, as data sources take it: its text is made
 * up. So is that of a secret whose text was written in an earlier run, because no state holds it.
 *
 * @throws Refusal in the words of Secrets Manager when the region has no such secret, or the secret no such version
 */
export function readSecretVersion(config: ObjectValue, region: string, cloud: Holdings): ObjectValue {
  const id = textOf(config, "secret_id") ?? "";
  const asked = /^arn:aws:secretsmanager:([^:]*):\d{12}:secret:.+$/.exec(id);
  const secret = secretIn(cloud, region, id);
  const gone = cloud.findEver(SECRET).some(({ arn }) => arn === id);
  if (!secret && (asked?.[1] !== region || gone)) {
    const elsewhere =
      asked && asked[1] !== region ? ` It is one of ${asked[1]}; the provider asks in ${region}.` : "";
    throw refusal(id, `Secrets Manager can't find the specified secret.${elsewhere}`);
  }
  const original = textOf(secret, "arn") ?? id;
  const wanted = { versionId: textOf(config, "version_id"), stage: textOf(config, "version_stage") };
  const written = cloud.find("aws_secretsmanager_secret_version").some(({ arn }) => arn === original);
  const unseen = !cloud.secrets.read(original) && (!secret || written);
  const version = unseen ? madeUp(original) : cloud.secrets.read(original, wanted);
  if (!version) {
    const which = wanted.versionId ?? `staging label: ${wanted.stage ?? "AWSCURRENT"}`;
    throw refusal(id, `Secrets Manager can't find the specified secret value for ${which}`);
  }
  return {
    arn: inRegion(original, region),
    created_date: CREATED,
    region,
    secret_binary: "",
    secret_id: id,
    secret_string: version.text,
    version_id: version.id,
    version_stage: wanted.stage ?? null,
    version_stages: [...version.stages],
  };
}
