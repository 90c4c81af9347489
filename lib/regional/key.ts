import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { keyPolicy } from "./key-policy";
import { limitName } from "./name-limit";

/** A multi-Region key as one region has it. */
export interface IKey {
  /** ARN of this region; the ARNs of all its regions end in the same key id. */
  readonly arn: string;
}

/** How a multi-Region key is called, and what it is for. */
export interface KeyProps {
  /** Alias of the key, without `alias/`; unique in the account and region. */
  readonly name: string;
  /** What the key encrypts, as the console shows it. */
  readonly description: string;
  /**
   * Whether Terraform refuses to destroy the key. Set it to false and deploy before it is to be destroyed.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /**
   * Id of a key that exists and is managed here from now on: `mrk-` and 32 digits. Its policy stays what it is, as others
   * may have their rights from it. @default - a new one
   */
  readonly importId?: string;
}

/** A multi-Region key that is managed elsewhere. */
export interface ExistingKeyProps {
  /** Key ARN, in the region of the scope. */
  readonly arn: string;
}

/** The longest wait that KMS offers. */
export const DELETION_WINDOW_DAYS = 30;

/** An alias is `alias/` and up to 250 characters. Source: KMS API reference, CreateAlias. */
export function limitAlias(scope: Construct, name: string): void {
  limitName(scope, name, {
    what: "key",
    longest: 250,
    form: /^(?!aws\/)[a-zA-Z0-9/_-]+$/,
    formInWords: 'letters, digits, "/", "_" and "-", not beginning with "aws/"',
  });
}

/**
 * A key for what the application encrypts itself and keeps in its rows: the ciphertext moves with the rows, so both
 * regions must be able to read it. It is the primary of a multi-Region key; `KeyReplica` is the other region's.
 *
 * What destroys data: a key that is gone takes everything with it that was encrypted with it, 30 days after its deletion.
 * A single-Region key can never become a multi-Region one: what it has encrypted must be encrypted anew.
 *
 * Cost: one key a month, and requests.
 */
export class Key extends Construct implements IKey {
  readonly arn: string;

  /**
   * A key that is managed elsewhere, read from AWS. The plan fails when it is not a multi-Region key.
   */
  static fromExisting(scope: Construct, id: string, props: ExistingKeyProps): IKey {
    const key = new DataAwsKmsKey(scope, id, { keyId: props.arn });
    key.lifecycle = {
      postcondition: [
        {
          condition: "${self.multi_region}",
          errorMessage:
            "This is a single-Region key, expected a multi-Region one: the other region could not decrypt. " +
            "Fix: make a multi-Region key, and encrypt anew with it.",
        },
      ],
    };
    return { arn: key.arn };
  }

  constructor(scope: Construct, id: string, props: KeyProps) {
    super(scope, id);
    limitAlias(this, props.name);
    const account = new DataAwsCallerIdentity(this, "account");
    const key = new KmsKey(this, "key", {
      description: props.description,
      multiRegion: true,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: props.importId === undefined ? keyPolicy(account.accountId) : undefined,
      lifecycle: { preventDestroy: props.deletionProtection ?? true },
    });
    if (props.importId !== undefined) key.importFrom(props.importId);
    new KmsAlias(this, "alias", { name: `alias/${props.name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
