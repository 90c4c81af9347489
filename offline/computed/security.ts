import { textOf } from "../value";
import {
  always,
  argument,
  digits,
  globalArn,
  idOr,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
  tail,
  uuid,
} from "./made";

const path = (made: Made) => argument(made, "path") || "/";
const iamArn =
  (kind: string): Rule =>
  (made) =>
    globalArn("iam", `${kind}${path(made)}${nameOf(made)}`);

/** Multi-Region keys share their id, and say by it what they are. Source: KMS developer guide, "Multi-Region keys". */
const keyId = idOr((made) =>
  made.values.multi_region === true ? `mrk-${digits(made, "key", 32)}` : uuid(made),
);
const keyArn: Rule = (made) => regionalArn("kms", made, `key/${keyId(made)}`);

const replicaId = (made: Made) => tail(argument(made, "primary_key_arn")) || uuid(made);
const replicaArn: Rule = (made) => regionalArn("kms", made, `key/${replicaId(made)}`);
const aliasName = (made: Made) => argument(made, "name") || `alias/${made.digest.slice(0, 26)}`;

/** The six characters that Secrets Manager puts behind a name; a replica in another region keeps them. */
const secretArn: Rule = (made) =>
  regionalArn("secretsmanager", made, `secret:${nameOf(made)}-${digits(made, "suffix", 6)}`);

/** A version names its secret by ARN, or by a name. */
const versionedArn: Rule = (made) =>
  textOf(
    made.cloud
      .find("aws_secretsmanager_secret")
      .find((secret) => secret.name === made.values.secret_id && secret.region === made.region),
    "arn",
  ) ?? argument(made, "secret_id");

function targetKeyArn(made: Made): string {
  const target = argument(made, "target_key_id");
  if (target.startsWith("arn:")) return target;
  return (
    textOf(
      made.cloud.find("aws_kms_key").find((key) => key.key_id === target),
      "arn",
    ) ?? regionalArn("kms", made, `key/${target}`)
  );
}

/** IAM, KMS, Secrets Manager and Parameter Store. */
export const SECURITY: Rules = {
  aws_iam_role: {
    id: nameOf,
    name: nameOf,
    arn: iamArn("role"),
    unique_id: (made) => `AROA${digits(made, "role", 17).toUpperCase()}`,
  },
  aws_iam_role_policy: { id: (made) => `${argument(made, "role")}:${nameOf(made)}`, name: nameOf },
  aws_iam_role_policy_attachment: {
    id: (made) => `${argument(made, "role")}/${argument(made, "policy_arn")}`,
  },
  aws_iam_policy: {
    id: iamArn("policy"),
    arn: iamArn("policy"),
    name: nameOf,
    policy_id: (made) => `ANPA${digits(made, "policy", 17).toUpperCase()}`,
  },
  aws_kms_key: { id: keyId, key_id: keyId, arn: keyArn },
  aws_kms_key_policy: { id: sameAs("key_id") },
  aws_kms_replica_key: {
    id: replicaId,
    key_id: replicaId,
    arn: replicaArn,
    key_spec: always("SYMMETRIC_DEFAULT"),
    key_usage: always("ENCRYPT_DECRYPT"),
  },
  aws_kms_alias: {
    id: aliasName,
    name: aliasName,
    arn: (made) => regionalArn("kms", made, aliasName(made)),
    target_key_arn: targetKeyArn,
  },
  aws_secretsmanager_secret: {
    id: secretArn,
    arn: secretArn,
    name: nameOf,
    "replica.status": () => "InSync",
  },
  aws_secretsmanager_secret_version: {
    id: (made) => `${argument(made, "secret_id")}|${uuid(made)}`,
    arn: versionedArn,
    version_id: uuid,
    version_stages: () => ["AWSCURRENT"],
    has_secret_string_wo: (made) => typeof made.values.secret_string_wo_version === "number",
  },
  aws_secretsmanager_secret_policy: { id: sameAs("secret_arn") },
  aws_ssm_parameter: {
    id: nameOf,
    arn: (made) => regionalArn("ssm", made, `parameter/${nameOf(made).replace(/^\//, "")}`),
    data_type: always("text"),
    tier: always("Standard"),
    version: always(1),
    has_value_wo: (made) => typeof made.values.value_wo_version === "number",
  },
};
