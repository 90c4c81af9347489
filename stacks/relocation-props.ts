import type { Workload } from "../lib/workload/workload";
import type { AdoptedModules } from "./adopted-modules";
import type { DescribeExisting } from "./existing-modules";

/** One of the two regions of a relocation. */
export interface RelocationRegion {
  /** Region code, such as `us-east-1`. */
  readonly region: string;
  /**
   * IPv4 block of the workload's network there, `/16` to `/19`; must not overlap the other region's.
   *
   * @default - that of the network that `existing` names; without one it must be given
   */
  readonly cidr?: string;
  /**
   * Whether AWS and Terraform refuse to delete this region's databases, caches and their keys. False lifts both guards
   * with the next deploy of the standby stack, and destroys nothing by itself: see `AbortedRelocation`.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * What of this region is managed elsewhere, described with the modules' `fromExisting`. It is read and linked, never
   * changed or deleted. Called once, with the region's scope in the standby stack.
   *
   * @default - everything is managed here
   */
  readonly existing?: DescribeExisting;
  /** Ids of what exists in this region and is managed here from now on. @default - everything is new */
  readonly adopt?: AdoptedModules;
  /**
   * ARN of an issued certificate of this region for `<region>.origin.<public name>`.
   *
   * @default - one is made, proved by the edge's zone
   */
  readonly originCertificateArn?: string;
  /** ARNs of SNS topics of this region that every alarm tells. @default - none: alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

/** Where Terraform keeps the state of the stacks, each under a key of its own. */
export interface RelocationBackend {
  /** An existing S3 bucket; it should keep versions. */
  readonly bucket: string;
  /** Region of the bucket: neither the source nor the target, so that the loss of one does not take the state along. */
  readonly region: string;
  /** Begin of every key. @default - none: `<stack>.tfstate` */
  readonly keyPrefix?: string;
}

/** What a relocation is made from. */
export interface RelocationProps {
  readonly workload: Workload;
  /** Where the workload runs today. */
  readonly source: RelocationRegion;
  /** Where it goes. */
  readonly target: RelocationRegion;
  /** Container image with this package, whose entry point is `relocate`: the runbook runs from it, next to the databases. */
  readonly runnerImage: string;
  /** Container image of PgBouncer, for databases with writer discovery `pooler`. @default - refused when there is one */
  readonly poolerImage?: string;
  /** Id of the only account that may be touched. @default - whichever the credentials belong to */
  readonly accountId?: string;
  /** S3, encrypted and locked by a lock file. @default - local state files, one a stack */
  readonly backend?: RelocationBackend;
  /**
   * The completed relocation of the same workload that this one follows, as it was given to `CompletedRelocation`: its target
   * is the source now. Leave it out when every stack has been deployed once.
   *
   * What the workload left in the region before, and what was kept of it (last snapshots, backup vault, archive), stays in
   * AWS and leaves the state: no plan touches it again, and whoever wants it gone deletes it by hand.
   *
   * Keys and secrets are adopted (`source.adopt`), because what was a replica must be one of its own first:
   * `aws kms update-primary-region` and `aws secretsmanager stop-replication-to-replica`. On the way back the key that is a
   * replica there now is adopted as well (`target.adopt`), and a secret of the same name must be deleted for good before.
   *
   * @default - the workload is relocated for the first time, or this has been deployed
   */
  readonly follows?: RelocationProps;
  /** Tags for everything, besides the relocation's own. @default - none */
  readonly tags?: { readonly [key: string]: string };
}
