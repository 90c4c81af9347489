import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsReplicaKey } from "@cdktf/provider-aws/lib/kms-replica-key";
import { Construct } from "constructs";
import { DELETION_WINDOW_DAYS, limitAlias, type IKey } from "./key";
import { accountId } from "../account";
import { keyPolicy } from "./key-policy";

/** Which key is brought to another region. */
export interface KeyReplicaProps {
  /** The key it is a replica of, in another region. Changing it plans a new replica. */
  readonly primary: IKey;
  /** Alias of the replica, without `alias/`; best the primary's. */
  readonly name: string;
  /** What the key encrypts, as the console shows it. @default - the replica of its name */
  readonly description?: string;
  /** Whether Terraform refuses to destroy the replica. @default - true */
  readonly deletionProtection?: boolean;
  /** Id of a replica that exists and is managed here from now on; its policy stays what it is. @default - a new one */
  readonly importId?: string;
}

/**
 * The same key in another region: what one region encrypts, the other decrypts, without a call across.
 *
 * Its rotation is the primary's. KMS deletes no primary that has replicas: before the primary's region is given up for
 * good, make the replica the primary (`aws kms update-primary-region`). Terraform then no longer reads it as a replica:
 * adopt it as a `Key`, and have Terraform forget the replica by a `removed` block, as a relocation's `follows` does.
 *
 * Cost: one key a month, and requests.
 */
export class KeyReplica extends Construct implements IKey {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: KeyReplicaProps) {
    super(scope, id);
    limitAlias(this, props.name);
    const account = accountId(this);
    const key = new KmsReplicaKey(this, "key", {
      primaryKeyArn: props.primary.arn,
      description: props.description ?? `Replica of ${props.name}`,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: props.importId === undefined ? keyPolicy(account) : undefined,
      lifecycle: { preventDestroy: props.deletionProtection ?? true },
    });
    if (props.importId !== undefined) key.importFrom(props.importId);
    new KmsAlias(this, "alias", { name: `alias/${props.name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
