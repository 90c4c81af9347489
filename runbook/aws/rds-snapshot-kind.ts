import {
  CopyDBClusterSnapshotCommand,
  CopyDBSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  type DBClusterSnapshot,
  type DBSnapshot,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";

/** RDS keeps snapshots of instances and of Aurora clusters apart, with a set of calls for each. */
export type SnapshotKind = "instance" | "cluster";

/** A snapshot as RDS has it now. */
export interface RdsSnapshot {
  readonly identifier: string;
  readonly arn: string;
  /** Identifier of the instance or cluster it was taken of. */
  readonly database: string;
  /** As RDS writes it, such as `creating` or `available`. */
  readonly status: string;
  readonly percent: number;
  /** The moment that the data are of. @default - not taken yet */
  readonly takenAt?: Date;
  /** @default - not encrypted */
  readonly kmsKeyArn?: string;
}

interface Calls {
  find(rds: RDSClient, snapshot: string): Promise<RdsSnapshot | undefined>;
  /** Done when one of that identifier is there. */
  take(rds: RDSClient, database: string, snapshot: string): Promise<unknown>;
  /** Done when one of that identifier is there. */
  copy(rds: RDSClient, sourceArn: string, snapshot: string, kmsKeyArn?: string): Promise<unknown>;
}

/**
 * The calls of each kind. A copy from another region is agreed to there by a presigned request, which the SDK makes from
 * the source's ARN.
 */
export const SNAPSHOT_CALLS: Readonly<Record<SnapshotKind, Calls>> = {
  instance: {
    async find(rds, snapshot) {
      const request = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }));
      const [found] = (await unlessFault(request, "DBSnapshotNotFound"))?.DBSnapshots ?? [];
      return found && ofInstance(found);
    },
    take: (rds, database, snapshot) =>
      unlessFault(
        rds.send(
          new CreateDBSnapshotCommand({ DBInstanceIdentifier: database, DBSnapshotIdentifier: snapshot }),
        ),
        "DBSnapshotAlreadyExists",
      ),
    copy: (rds, sourceArn, snapshot, kmsKeyArn) =>
      unlessFault(
        rds.send(
          new CopyDBSnapshotCommand({
            SourceDBSnapshotIdentifier: sourceArn,
            TargetDBSnapshotIdentifier: snapshot,
            KmsKeyId: kmsKeyArn,
            CopyTags: true,
          }),
        ),
        "DBSnapshotAlreadyExists",
      ),
  },
  cluster: {
    async find(rds, snapshot) {
      const request = rds.send(
        new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: snapshot }),
      );
      const [found] = (await unlessFault(request, "DBClusterSnapshotNotFound"))?.DBClusterSnapshots ?? [];
      return found && ofCluster(found);
    },
    take: (rds, database, snapshot) =>
      unlessFault(
        rds.send(
          new CreateDBClusterSnapshotCommand({
            DBClusterIdentifier: database,
            DBClusterSnapshotIdentifier: snapshot,
          }),
        ),
        "DBClusterSnapshotAlreadyExists",
      ),
    copy: (rds, sourceArn, snapshot, kmsKeyArn) =>
      unlessFault(
        rds.send(
          new CopyDBClusterSnapshotCommand({
            SourceDBClusterSnapshotIdentifier: sourceArn,
            TargetDBClusterSnapshotIdentifier: snapshot,
            KmsKeyId: kmsKeyArn,
            CopyTags: true,
          }),
        ),
        "DBClusterSnapshotAlreadyExists",
      ),
  },
};

const ofInstance = (found: DBSnapshot): RdsSnapshot => ({
  identifier: found.DBSnapshotIdentifier ?? "",
  arn: found.DBSnapshotArn ?? "",
  database: found.DBInstanceIdentifier ?? "",
  status: found.Status ?? "unknown",
  percent: found.PercentProgress ?? 0,
  // A copy has a creation of its own; its data are the original's.
  takenAt: found.OriginalSnapshotCreateTime ?? found.SnapshotCreateTime,
  kmsKeyArn: found.KmsKeyId,
});

const ofCluster = (found: DBClusterSnapshot): RdsSnapshot => ({
  identifier: found.DBClusterSnapshotIdentifier ?? "",
  arn: found.DBClusterSnapshotArn ?? "",
  database: found.DBClusterIdentifier ?? "",
  status: found.Status ?? "unknown",
  percent: found.PercentProgress ?? 0,
  takenAt: found.SnapshotCreateTime,
  kmsKeyArn: found.KmsKeyId,
});
