import { BackupPlan } from "@cdktf/provider-aws/lib/backup-plan";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection";
import { Construct } from "constructs";
import { limitName } from "../regional/name-limit";
import type { IBackupVault } from "./backup-vault";

/** What is backed up, and into which vault of the other region. */
export interface CrossRegionBackupProps {
  /** Name of the plan and of its selection, 50 characters at most. */
  readonly name: string;
  /** Vault of this region, where every backup is made first. */
  readonly vault: IBackupVault;
  /** Vault of the other region, which gets a copy of each. */
  readonly copyTo: IBackupVault;
  /** ARN of the role AWS Backup takes on, see `BackupRole`. */
  readonly roleArn: string;
  /** ARNs of this region's databases and buckets, one at least; the buckets must keep versions. */
  readonly resourceArns: string[];
}

/** Every day at 04:00 UTC. */
const SCHEDULE = "cron(0 4 * * ? *)";

/** In the warm tier to the end: neither RDS nor S3 has a cold one. */
const keep = (days: number) => ({ deleteAfter: days, optInToArchiveForSupportedResources: false });

/**
 * Backs up databases and buckets every day, with a copy in another region under that region's own key.
 *
 * Once the source takes no more writes, the next copy holds all there is. Terraform makes the plan and does not wait
 * for a job: `aws backup list-copy-jobs` tells how they ended.
 *
 * Cost: storage in both vaults, where every day's backup is kept for as long as that vault keeps any, and the traffic
 * between the regions.
 */
export class CrossRegionBackup extends Construct {
  constructor(scope: Construct, id: string, props: CrossRegionBackupProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "backup plan",
      longest: 50,
      form: /^[a-zA-Z0-9._-]+$/,
      formInWords: "letters, digits, hyphens, underscores and dots",
    });
    const plan = new BackupPlan(this, "plan", {
      name: props.name,
      rule: [
        {
          ruleName: "daily",
          targetVaultName: props.vault.name,
          schedule: SCHEDULE,
          // In minutes: within an hour it begins, after a day it has failed.
          startWindow: 60,
          completionWindow: 24 * 60,
          lifecycle: keep(props.vault.keepDays),
          copyAction: [{ destinationVaultArn: props.copyTo.arn, lifecycle: keep(props.copyTo.keepDays) }],
        },
      ],
    });
    new BackupSelection(this, "selection", {
      name: props.name,
      planId: plan.id,
      iamRoleArn: props.roleArn,
      resources: props.resourceArns,
    });
  }
}
