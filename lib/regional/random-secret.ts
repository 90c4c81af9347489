import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Lazy, TerraformStack } from "cdktf";
import { Construct } from "constructs";

export interface RandomSecretProps {
  /** Begin of the secret's name; a suffix is appended, so that a destroyed secret does not block a new one. */
  readonly name: string;
  /** What the secret is for, as the console shows it. */
  readonly description: string;
}

const LENGTH = 40;
/** Raising this number by one has the next apply write a new value. */
const VERSION = 1;
const EPHEMERAL_PASSWORD = "aws_secretsmanager_random_password";

/**
 * A secret of one region whose whole text is a password that nobody has seen.
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
    });
    const version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.arn,
      secretStringWoVersion: VERSION,
    });
    const password = version.friendlyUniqueId;
    version.addOverride(
      "secret_string_wo",
      `\${ephemeral.${EPHEMERAL_PASSWORD}.${password}.random_password}`,
    );
    // The bindings know no ephemeral resources. The scope's provider is settled only at synth, hence the late value.
    TerraformStack.of(this).addOverride(`ephemeral.${EPHEMERAL_PASSWORD}.${password}`, {
      provider: Lazy.stringValue({ produce: () => version.provider?.fqn }),
      password_length: LENGTH,
      // Letters and digits only: some clients put the password into a URI without encoding it.
      exclude_punctuation: true,
    });
    this.arn = version.secretId;
    this.versionId = version.versionId;
  }
}
