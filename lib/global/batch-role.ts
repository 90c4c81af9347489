import type { Construct } from "constructs";
import { Role } from "./role";

/** Whose older objects a batch job may copy. */
export interface BatchReplicationRoleProps {
  /** Name of the role, such as `storefront-batch-replication`. */
  readonly name: string;
  readonly account: string;
  /** ARNs of the buckets that jobs read, of both regions when jobs go both ways. */
  readonly bucketArns: readonly string[];
}

/**
 * What S3 Batch Operations needs to replicate the objects that are in a bucket, from a list that S3 makes. The copying
 * itself is done by the role of the bucket's replication configuration.
 *
 * Source: S3 user guide, "Configuring an IAM role for S3 Batch Replication".
 */
export class BatchReplicationRole extends Role {
  constructor(scope: Construct, id: string, props: BatchReplicationRoleProps) {
    super(scope, id, {
      name: props.name,
      service: "batchoperations.s3.amazonaws.com",
      account: props.account,
      statements: [
        {
          actions: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
          resources: props.bucketArns,
        },
        { actions: ["s3:InitiateReplication"], resources: props.bucketArns.map((arn) => `${arn}/*`) },
      ],
    });
  }
}
