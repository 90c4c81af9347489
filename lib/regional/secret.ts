import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { scopeOf } from "../scope/scope";
import { limitName } from "./name-limit";

/** A secret of one region. */
export interface ISecret {
  readonly arn: string;
}

/** How a secret is called, and where it has a replica. */
export interface SecretProps {
  /** Unique in the account and region, for 30 days after its deletion too. Changing it plans a new, empty secret. */
  readonly name: string;
  /**
   * Region that gets a readable copy, kept current by Secrets Manager. Changing it moves the copy.
   *
   * @default - no copy
   */
  readonly replicaRegion?: string;
  /**
   * Whether Terraform refuses to destroy the secret. Set it to false and deploy before it is to be destroyed.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /**
   * ARN of a secret that exists and is managed here from now on; "name" must be its name. It keeps the key that encrypts
   * it, so whoever reads it needs rights on that key as before. Keep the ARN in the code. @default - a new one
   */
  readonly importId?: string;
}

/** A secret that is managed elsewhere. */
export interface ExistingSecretProps {
  /** ARN of the secret, or of its replica, in the region of the scope. */
  readonly arn: string;
}

const RECOVERY_DAYS = 30;

/**
 * A secret whose value people write (`aws secretsmanager put-secret-value`): another party's key, a signing secret.
 * Terraform never knows the value, and tasks that need it do not start before it is there.
 *
 * It is the same in both regions, so nothing of one region belongs into it: no database host, no queue's URL.
 *
 * What destroys data: a destroyed secret can be restored for 30 days, and nothing else has its value. A replica cannot
 * outlive its primary: before the primary's region is given up for good, make it one of its own
 * (`aws secretsmanager stop-replication-to-replica`).
 *
 * Cost: one secret a month, a second one for the copy, and reads.
 */
export class Secret extends Construct implements ISecret {
  readonly arn: string;
  private readonly props: SecretProps;
  private readonly ownRegion: string;

  /** A secret that is managed elsewhere, read from AWS; its value is not. */
  static fromExisting(scope: Construct, id: string, props: ExistingSecretProps): ISecret {
    return { arn: new DataAwsSecretsmanagerSecret(scope, id, { arn: props.arn }).arn };
  }

  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "secret",
      longest: 512,
      form: /^[a-zA-Z0-9/_+=.@-]+$/,
      formInWords: 'letters, digits and the characters "/_+=.@-"',
    });
    this.props = props;
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: props.name,
      description: "The value is written by people",
      recoveryWindowInDays: RECOVERY_DAYS,
      replica: props.replicaRegion === undefined ? undefined : [{ region: props.replicaRegion }],
      lifecycle: {
        preventDestroy: props.deletionProtection ?? true,
        // The provider cannot go back to the account's own key: the plan would ask for it every time.
        ignoreChanges: props.importId === undefined ? undefined : ["kms_key_id"],
      },
    });
    if (props.importId !== undefined) secret.importFrom(props.importId);
    this.arn = secret.arn;
    this.ownRegion = secret.region;
  }

  /**
   * ARN of the secret in a region: its own, or the replica's.
   *
   * @throws Error when the region has no copy
   */
  arnIn(region: string): string {
    // A replica keeps the primary's name and suffix. Source: Secrets Manager user guide, "Replicate secrets across regions".
    if (region === this.props.replicaRegion) {
      return Fn.replace(this.arn, Fn.join("", [":", this.ownRegion, ":"]), `:${region}:`);
    }
    const own = scopeOf(this)?.region ?? region;
    if (region === own) return this.arn;
    throw new Error(
      `${this.node.path}: there is no copy of this secret in ${region}, only in ` +
        `${[own, this.props.replicaRegion].filter(Boolean).join(" and ")}. ` +
        `Fix: ask for one of these, or change "replicaRegion".`,
    );
  }
}
