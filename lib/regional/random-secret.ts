import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, type TerraformResource, Token } from "cdktf";
import { Construct } from "constructs";
import { regionOfArn } from "./arn-region";
import { ephemeral } from "./ephemeral";

/** A secret that another one can be a copy of, in whatever region of the same account. */
export interface ISecretSource {
  /** The region is taken from it. */
  readonly secretArn: string;
}

/** How a made-up secret is called, and whose text it copies. */
export interface RandomSecretProps {
  /** Begin of the secret's name; a suffix is appended, so that a destroyed secret does not block a new one. */
  readonly name: string;
  /** What the secret is for, as the console shows it. */
  readonly description: string;
  /** User name: the text is then JSON with `username` and `password`. @default - the whole text is the password */
  readonly username?: string;
  /** Key of the same region that encrypts the secret. @default - the account's own for Secrets Manager */
  readonly kmsKeyArn?: string;
  /**
   * Secret whose text this one gets instead of a new password. The copy stands alone afterwards: left out later, or when
   * the other secret gets another text, nothing changes here. As long as it is named, whoever plans must be able to read
   * it, and its region must answer.
   *
   * @default - a password of its own
   */
  readonly copyOf?: ISecretSource;
}

const LENGTH = 40;
/** Raised by one, the next apply writes every text anew, or copies it again; databases that exist keep the one they know. */
const VERSION = 1;

/**
 * A secret of one region with a password that nobody has seen.
 *
 * Secrets Manager makes it up during the apply (ephemeral `aws_secretsmanager_random_password`) and Terraform hands it
 * over as a write-only argument, so neither plan nor state ever holds it. Needs Terraform or OpenTofu 1.11.
 *
 * Cost: one secret a month, and reads.
 */
export class RandomSecret extends Construct {
  /** Whoever uses the ARN waits until there is a value to read. */
  readonly arn: string;
  /** Id of the value: another value has another id. */
  readonly versionId: string;

  constructor(scope: Construct, id: string, props: RandomSecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "secret", {
      namePrefix: `${props.name}-`,
      description: props.description,
      kmsKeyId: props.kmsKeyArn,
    });
    const version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.arn,
      secretStringWoVersion: VERSION,
    });
    version.addOverride(
      "secret_string_wo",
      props.copyOf ? secretText(version, props.copyOf.secretArn) : newText(version, props.username),
    );
    this.arn = version.secretId;
    this.versionId = version.versionId;
  }
}

/**
 * Reads a secret without plan or state seeing it; for a write-only argument of `user`.
 *
 * @returns expression for the secret's text
 */
export function secretText(user: TerraformResource, secretArn: string): string {
  const given = { region: regionOfArn(secretArn), secret_id: secretArn };
  return ephemeral(user, "aws_secretsmanager_secret_version", given, "secret_string");
}

function newText(user: TerraformResource, username: string | undefined): string {
  // Letters and digits only: some clients put the password into a URI without encoding it.
  const given = { password_length: LENGTH, exclude_punctuation: true };
  const password = ephemeral(user, "aws_secretsmanager_random_password", given, "random_password");
  return username === undefined ? password : Token.asString(Fn.jsonencode({ username, password }));
}
