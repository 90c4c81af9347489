import {
  CopyDBClusterSnapshotCommand,
  CopyDBSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  type DBClusterSnapshot,
  type DBSnapshot,
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBClusterSnapshots,
  paginateDescribeDBSnapshots,
  type RDSClient,
  type Tag,
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
  readonly tags: Readonly<Record<string, string>>;
}

/** A snapshot to copy into the client's region. */
export interface SnapshotCopy {
  /** ARN of the snapshot, which names its region. */
  readonly sourceArn: string;
  /** Identifier of the copy; the same again for the same copy. */
  readonly snapshot: string;
  /** ARN of a key in the region of the copy: a key does not reach across regions. @default - the snapshot is not encrypted */
  readonly kmsKeyArn?: string;
}

interface Calls {
  /** All of a database, automated or made by hand. */
  list(rds: RDSClient, database: string): AsyncIterable<RdsSnapshot>;
  find(rds: RDSClient, snapshot: string): Promise<RdsSnapshot | undefined>;
  /** Done when one of that identifier is there. */
  take(rds: RDSClient, database: string, snapshot: string, tag: Tag): Promise<unknown>;
  /** Done when one of that identifier is there. */
  copy(rds: RDSClient, request: SnapshotCopy, tag: Tag): Promise<unknown>;
  /** Done when there is none. */
  remove(rds: RDSClient, snapshot: string): Promise<unknown>;
}

/**
 * The calls of each kind. A copy from another region is agreed to there by a presigned request, which the SDK makes from
 * the source's ARN.
 */
export const SNAPSHOT_CALLS: Readonly<Record<SnapshotKind, Calls>> = {
  instance: {
    async *list(client, DBInstanceIdentifier) {
      const pages = paginateDescribeDBSnapshots({ client }, { DBInstanceIdentifier });
      for await (const { DBSnapshots } of pages) yield* (DBSnapshots ?? []).map(ofInstance);
    },
    async find(rds, snapshot) {
      const request = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }));
      const [found] = (await unlessFault(request, "DBSnapshotNotFound"))?.DBSnapshots ?? [];
      return found && ofInstance(found);
    },
    take: (rds, DBInstanceIdentifier, DBSnapshotIdentifier, tag) =>
      unlessFault(
        rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier, Tags: [tag] })),
        "DBSnapshotAlreadyExists",
      ),
    copy: (rds, { sourceArn, snapshot, kmsKeyArn }, tag) =>
      unlessFault(
        rds.send(
          new CopyDBSnapshotCommand({
            SourceDBSnapshotIdentifier: sourceArn,
            TargetDBSnapshotIdentifier: snapshot,
            KmsKeyId: kmsKeyArn,
            CopyTags: false,
            Tags: [tag],
          }),
        ),
        "DBSnapshotAlreadyExists",
      ),
    remove: (rds, DBSnapshotIdentifier) =>
      unlessFault(rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier })), "DBSnapshotNotFound"),
  },
  cluster: {
    async *list(client, DBClusterIdentifier) {
      const pages = paginateDescribeDBClusterSnapshots({ client }, { DBClusterIdentifier });
      for await (const { DBClusterSnapshots } of pages) yield* (DBClusterSnapshots ?? []).map(ofCluster);
    },
    async find(rds, snapshot) {
      const request = rds.send(
        new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: snapshot }),
      );
      const [found] = (await unlessFault(request, "DBClusterSnapshotNotFound"))?.DBClusterSnapshots ?? [];
      return found && ofCluster(found);
    },
    take: (rds, DBClusterIdentifier, DBClusterSnapshotIdentifier, tag) =>
      unlessFault(
        rds.send(
          new CreateDBClusterSnapshotCommand({
            DBClusterIdentifier,
            DBClusterSnapshotIdentifier,
            Tags: [tag],
          }),
        ),
        "DBClusterSnapshotAlreadyExists",
      ),
    copy: (rds, { sourceArn, snapshot, kmsKeyArn }, tag) =>
      unlessFault(
        rds.send(
          new CopyDBClusterSnapshotCommand({
            SourceDBClusterSnapshotIdentifier: sourceArn,
            TargetDBClusterSnapshotIdentifier: snapshot,
            KmsKeyId: kmsKeyArn,
            CopyTags: false,
            Tags: [tag],
          }),
        ),
        "DBClusterSnapshotAlreadyExists",
      ),
    remove: (rds, DBClusterSnapshotIdentifier) =>
      unlessFault(
        rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier })),
        "DBClusterSnapshotNotFound",
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
  tags: tagsOf(found.TagList),
});

const ofCluster = (found: DBClusterSnapshot): RdsSnapshot => ({
  identifier: found.DBClusterSnapshotIdentifier ?? "",
  arn: found.DBClusterSnapshotArn ?? "",
  database: found.DBClusterIdentifier ?? "",
  status: found.Status ?? "unknown",
  percent: found.PercentProgress ?? 0,
  takenAt: found.SnapshotCreateTime,
  kmsKeyArn: found.KmsKeyId,
  tags: tagsOf(found.TagList),
});

const tagsOf = (tags: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
