import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, Lazy, TerraformStack } from "cdktf";
import { Construct } from "constructs";

export interface DatabaseCredentialsProps {
  /** Begin of the secret's name; AWS appends a suffix of its own, so that a destroyed secret does not block a new one. */
  readonly name: string;
  /** Region of the scope the secret stands in. */
  readonly region: string;
  /**
   * Region that gets a readable copy, so that its tasks start when `region` is lost. Changing it moves the copy.
   *
   * @default - no copy
   */
  readonly replicaRegion?: string;
}

const PASSWORD_LENGTH = 40;
/** Raising this number by one has the next apply write a new password. */
const PASSWORD_VERSION = 1;

/**
 * The application role's password: one secret, readable under its own ARN in each region that has it.
 *
 * The whole text of the secret is the password. Terraform has Secrets Manager make it up during the apply (ephemeral
 * `aws_secretsmanager_random_password`) and hands it over as a write-only argument, so neither plan nor state ever holds
 * it. Needs Terraform or OpenTofu 1.11.
 *
 * A replica cannot outlive its primary: before `region` is given up for good, make it one of its own
 * (`aws secretsmanager stop-replication-to-replica`).
 *
 * Cost: two secrets a month, and reads.
 */
export class DatabaseCredentials extends Construct {
  private readonly primaryArn: string;
  private readonly props: DatabaseCredentialsProps;

  constructor(scope: Construct, id: string, props: DatabaseCredentialsProps) {
    super(scope, id);
    this.props = props;
    const secret = new SecretsmanagerSecret(this, "secret", {
      namePrefix: `${props.name}-`,
      description: "Password of the application role; the whole text is the password",
      replica: props.replicaRegion === undefined ? undefined : [{ region: props.replicaRegion }],
    });
    const version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.arn,
      secretStringWoVersion: PASSWORD_VERSION,
    });
    const password = version.friendlyUniqueId;
    version.addOverride(
      "secret_string_wo",
      `\${ephemeral.${EPHEMERAL_PASSWORD}.${password}.random_password}`,
    );
    // The bindings know no ephemeral resources. The scope's provider is settled only at synth, hence the late value.
    TerraformStack.of(this).addOverride(`ephemeral.${EPHEMERAL_PASSWORD}.${password}`, {
      provider: Lazy.stringValue({ produce: () => version.provider?.fqn }),
      password_length: PASSWORD_LENGTH,
      // Letters and digits only: some clients put the password into a URI without encoding it.
      exclude_punctuation: true,
    });
    // Read from the version, not from the secret: whoever uses the ARN waits until there is a password to read.
    this.primaryArn = version.secretId;
  }

  /**
   * ARN of the secret in a region.
   *
   * @throws Error when the region has no copy
   */
  arnIn(region: string): string {
    if (region === this.props.region) return this.primaryArn;
    const { replicaRegion } = this.props;
    if (region === replicaRegion) {
      // A replica keeps the primary's name and suffix. Source: Secrets Manager user guide, "Replicate secrets across regions".
      return Fn.replace(this.primaryArn, `:${this.props.region}:`, `:${region}:`);
    }
    throw new Error(
      `${this.node.path}: there is no copy of this secret in ${region}, only in ` +
        `${[this.props.region, replicaRegion].filter(Boolean).join(" and ")}. ` +
        `Fix: ask for one of these, or change "replicaRegion".`,
    );
  }
}

const EPHEMERAL_PASSWORD = "aws_secretsmanager_random_password";
