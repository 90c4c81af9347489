import { textOf } from "../value";
import {
  argument,
  digits,
  globalArn,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  uuid,
} from "./made";

const path = (made: Made) => argument(made, "path") || "/";
const iamArn =
  (kind: string): Rule =>
  (made) =>
    globalArn("iam", `${kind}${path(made)}${nameOf(made)}`);

const keyArn: Rule = (made) => regionalArn("kms", made, `key/${uuid(made)}`);
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

/** IAM, KMS and Secrets Manager. */
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
  aws_kms_key: { id: uuid, key_id: uuid, arn: keyArn },
  aws_kms_replica_key: { id: uuid, key_id: uuid, arn: keyArn },
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
};
