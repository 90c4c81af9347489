import { BackupVault as Vault } from "@cdktf/provider-aws/lib/backup-vault";
import { BackupVaultLockConfiguration } from "@cdktf/provider-aws/lib/backup-vault-lock-configuration";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { keyPolicy } from "../regional/key-policy";
import { limitName } from "../regional/name-limit";

/** A vault of one region. An existing one is described by writing these fields down. */
export interface IBackupVault {
  readonly name: string;
  readonly arn: string;
  /** ARN of the key that encrypts what is in it. */
  readonly kmsKeyArn: string;
  /** How long what is put into it is kept, in days. */
  readonly keepDays: number;
}

/**
 * Who can delete a recovery point before its time.
 *
 * - `none`: whoever may delete recovery points.
 * - `governance`: whoever may remove the lock first.
 * - `compliance`: NOT REVERSIBLE three days after it is deployed: nobody, AWS included, can delete a recovery point, remove
 *   the lock or delete the vault before the last of them has expired, and they are paid for until then.
 *
 * Source: AWS Backup developer guide, "AWS Backup Vault Lock".
 */
export type BackupLock = "none" | "governance" | "compliance";

/** How a vault is called, how long it keeps what it holds, and how it is locked. */
export interface BackupVaultProps {
  /** 2 to 50 characters, unique in the account and region. Changing it plans another vault, which Terraform refuses. */
  readonly name: string;
  /** How long recovery points are kept, in days. With a lock, also the least that any job may ask for. */
  readonly keepDays: number;
  /** @default "governance" */
  readonly lock?: BackupLock;
}

/** AWS takes no less: the time to take a compliance lock back. */
const GRACE_DAYS = 3;

/**
 * Where AWS Backup keeps recovery points, under a key of its own that outlives what was backed up.
 *
 * Terraform refuses to destroy vault and key: without the key nothing in the vault can be read. AWS itself refuses to
 * delete a vault that holds anything.
 *
 * Cost: one KMS key a month; what it holds is paid by size.
 */
export class BackupVault extends Construct implements IBackupVault {
  readonly name: string;
  readonly arn: string;
  readonly kmsKeyArn: string;
  readonly keepDays: number;

  constructor(scope: Construct, id: string, props: BackupVaultProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "backup vault",
      longest: 50,
      form: /^[a-zA-Z0-9_-]{2,}$/,
      formInWords: "letters, digits, hyphens and underscores, two at least",
    });
    const key = new KmsKey(this, "key", {
      description: `Backups in ${props.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy(new DataAwsCallerIdentity(this, "account").accountId),
      lifecycle: { preventDestroy: true },
    });
    const vault = new Vault(this, "vault", {
      name: props.name,
      kmsKeyArn: key.arn,
      lifecycle: { preventDestroy: true },
    });
    const lock = props.lock ?? "governance";
    if (lock !== "none") {
      new BackupVaultLockConfiguration(this, "lock", {
        backupVaultName: vault.name,
        minRetentionDays: props.keepDays,
        changeableForDays: lock === "compliance" ? GRACE_DAYS : undefined,
      });
    }
    this.name = vault.name;
    this.arn = vault.arn;
    this.kmsKeyArn = key.arn;
    this.keepDays = props.keepDays;
  }
}
