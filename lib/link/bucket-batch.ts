import type { IBucket } from "../regional/bucket";

/** Which older objects a job copies, and where to. */
export interface BatchReplicationJobProps {
  /** Id of the account that owns the buckets and the job. */
  readonly account: string;
  /** The bucket to read. It must be linked: the job replicates by its replication configuration. */
  readonly bucket: IBucket;
  /** The other region, for the job's description. */
  readonly toRegion: string;
  /** ARN of a `BatchReplicationRole`. */
  readonly roleArn: string;
}

/**
 * A request to S3 Control's CreateJob, field by field, but for `ClientRequestToken`: whoever sends it gives each job its
 * own, and the same one again when he does not know whether it arrived.
 *
 * Source: S3 API reference, "CreateJob".
 */
export interface BatchReplicationJob {
  readonly AccountId: string;
  readonly Description: string;
  readonly ConfirmationRequired: boolean;
  readonly Priority: number;
  readonly RoleArn: string;
  readonly Operation: { readonly S3ReplicateObject: Record<string, never> };
  readonly Report: { readonly Enabled: boolean };
  readonly ManifestGenerator: {
    readonly S3JobManifestGenerator: {
      readonly ExpectedBucketOwner: string;
      readonly SourceBucket: string;
      readonly EnableManifestOutput: boolean;
      readonly Filter: {
        readonly EligibleForReplication: boolean;
        readonly ObjectReplicationStatuses: readonly ("NONE" | "FAILED")[];
      };
    };
  };
}

/**
 * The job that replicates what was in a bucket before its link, and what replication has failed for.
 *
 * It is data for a stack's output; S3 makes no jobs by Terraform, and one that was made is done once. It can be sent
 * again at any time, in the bucket's own region: what has been replicated meanwhile is left out. S3 makes the list of
 * objects itself. There is no report, which would be one more thing in somebody's bucket: the job's status has the counts,
 * and an object that fails stays `FAILED`, so that the next job takes it again.
 *
 * Cost: a fee a job and a fee a million objects, requests, traffic between the regions.
 */
export function batchReplicationJob(props: BatchReplicationJobProps): BatchReplicationJob {
  return {
    AccountId: props.account,
    Description: `Replicate what is in ${props.bucket.bucketName} to ${props.toRegion}`,
    ConfirmationRequired: false,
    Priority: 10,
    RoleArn: props.roleArn,
    Operation: { S3ReplicateObject: {} },
    Report: { Enabled: false },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: props.account,
        SourceBucket: props.bucket.arn,
        EnableManifestOutput: false,
        Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ["NONE", "FAILED"] },
      },
    },
  };
}
