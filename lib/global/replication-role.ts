import type { Construct } from "constructs";
import { Role } from "./role";

/** Which buckets S3 may copy into each other. */
export interface ReplicationRoleProps {
  /** Name of the role, such as `storefront-bucket-replication`. */
  readonly name: string;
  readonly account: string;
  /** ARNs of the buckets of both regions: each is read for its twin and written for its twin. S3's own keys encrypt them. */
  readonly bucketArns: readonly string[];
}

/**
 * What S3 needs to replicate both ways.
 * Source: S3 user guide, "Setting up permissions for live replication".
 */
export class ReplicationRole extends Role {
  constructor(scope: Construct, id: string, props: ReplicationRoleProps) {
    super(scope, id, {
      name: props.name,
      service: "s3.amazonaws.com",
      account: props.account,
      statements: [
        { actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources: props.bucketArns },
        {
          actions: [
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionTagging",
            "s3:ReplicateObject",
            "s3:ReplicateDelete",
            "s3:ReplicateTags",
          ],
          resources: props.bucketArns.map((arn) => `${arn}/*`),
        },
      ],
    });
  }
}
