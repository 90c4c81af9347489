import { S3BucketReplicationConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration";
import type { IBucket } from "../regional/bucket";
import type { LinkEnd } from "./link-end";

/** One end of a bucket's link. */
export interface BucketEnd extends LinkEnd {
  readonly bucket: IBucket;
}

/** Id of the rule that replicates to a region: CloudWatch tells its metrics by it. */
export const replicationRuleId = (region: string): string => `to-${region}`;

/**
 * Replicates two buckets into each other: objects, changed metadata of replicas, and delete markers.
 *
 * Objects that were there before the link need S3 Batch Replication (`batchReplicationJob`). Markers that a lifecycle
 * rule sets are never replicated: S3 has the same rule at the other end do it. Both buckets must keep versions, and have
 * Object Lock if one has it. Objects that are encrypted with KMS keys are NOT replicated, and no metric counts them: copy
 * these with S3's own keys first.
 *
 * Source: S3 user guide, "What does Amazon S3 replicate?".
 *
 * A bucket has ONE replication configuration: this takes the place of any other.
 *
 * @param name the bucket's name in the workload
 * @param roleArn role that S3 takes on to read the one and write the other, in both directions
 *
 * Cost: requests and traffic between the regions, storage twice, replication metrics.
 */
export function linkBuckets(name: string, one: BucketEnd, other: BucketEnd, roleArn: string): void {
  replicate(name, one, other, roleArn);
  replicate(name, other, one, roleArn);
}

function replicate(name: string, from: BucketEnd, to: BucketEnd, role: string): void {
  new S3BucketReplicationConfigurationA(from.scope, `${name}-to-${to.region}`, {
    bucket: from.bucket.bucketName,
    role,
    rule: [
      {
        id: replicationRuleId(to.region),
        status: "Enabled",
        // An empty filter takes in every object, and makes this a rule of the second version: the first cannot replicate
        // delete markers on request.
        filter: {},
        priority: 0,
        deleteMarkerReplication: { status: "Enabled" },
        // Without it a change of tags or metadata made on a replica would stay there.
        sourceSelectionCriteria: { replicaModifications: { status: "Enabled" } },
        destination: {
          bucket: to.bucket.arn,
          metrics: { status: "Enabled" },
        },
      },
    ],
  });
}
