import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import type { Construct } from "constructs";
import { type ISecretSource, RandomSecret } from "./random-secret";

/** How a password's secret is called, and whose password it copies. */
export interface DatabaseCredentialsProps {
  /** Begin of the secret's name; a suffix is appended, so that a destroyed secret does not block a new one. */
  readonly name: string;
  /**
   * The other region's secret, whose password this one gets. Left out later, nothing changes.
   *
   * @default - a password of its own: this is the first region's
   */
  readonly copyOf?: ISecretSource;
}

/** A password's secret that is managed elsewhere. */
export interface ExistingDatabaseCredentialsProps {
  /** Secret ARN, in the region of the scope; the whole text is the password. */
  readonly secretArn: string;
}

/**
 * The application role's password in one region; the whole text of the secret is the password.
 *
 * Both regions need the same one, because a host list has one password for two hosts. So the first region makes it up
 * and the other one's secret is a copy of it, not a replica: a replica dies with its primary, and this one is to outlive
 * the region that the workload leaves.
 *
 * There is no adoption: no password is read into the state, so a secret that is managed here gets a new one, and whoever
 * has the old one would be locked out. Read the secret that exists with `fromExisting`.
 *
 * Cost: one secret a month in each region, and reads.
 */
export class DatabaseCredentials extends RandomSecret implements ISecretSource {
  readonly secretArn: string;

  /** A secret that is managed elsewhere, read from AWS. The plan fails when it is not there. */
  static fromExisting(scope: Construct, id: string, props: ExistingDatabaseCredentialsProps): ISecretSource {
    return { secretArn: new DataAwsSecretsmanagerSecret(scope, id, { arn: props.secretArn }).arn };
  }

  constructor(scope: Construct, id: string, props: DatabaseCredentialsProps) {
    super(scope, id, {
      name: props.name,
      description: "Password of the application role; the whole text is the password",
      copyOf: props.copyOf,
    });
    this.secretArn = this.arn;
  }
}
