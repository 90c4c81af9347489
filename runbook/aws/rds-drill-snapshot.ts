import {
  CopyDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";
import { at } from "./rds-instance";
import { SCRATCH } from "./rds-scratch";
import { waitForSnapshot } from "./rds-snapshot";
import type { RdsSnapshot } from "./rds-snapshot-kind";
import type { Waiting } from "./wait";

/**
 * The newest snapshot of an instance that stands, automated or made by hand.
 *
 * Needs `rds:DescribeDBSnapshots`.
 *
 * @throws Error when there is none
 */
export async function newestSnapshot(
  rds: RDSClient,
  database: string,
): Promise<Pick<RdsSnapshot, "arn" | "takenAt">> {
  let newest: { arn: string; takenAt: Date } | undefined;
  for await (const { DBSnapshots } of paginateDescribeDBSnapshots(
    { client: rds },
    { DBInstanceIdentifier: database },
  )) {
    for (const { Status, DBSnapshotArn: arn, SnapshotCreateTime: takenAt } of DBSnapshots ?? []) {
      if (Status !== "available" || arn === undefined || takenAt === undefined) continue;
      if (!newest || newest.takenAt < takenAt) newest = { arn, takenAt };
    }
  }
  if (newest) return newest;
  throw new Error(
    `${await at(rds, database)}: no snapshot that is available, expected one; keep backups for a day or more`,
  );
}

export interface DrillCopyRequest {
  readonly sourceArn: string;
  /** Identifier of the copy; the same again for the same copy. */
  readonly snapshot: string;
  /** ARN of a key in the region of the copy. @default - the snapshot is not encrypted */
  readonly kmsKeyArn?: string;
}

/**
 * Copies a snapshot into the client's region, to be thrown away again, and waits until it stands.
 *
 * Needs `rds:CopyDBSnapshot`, `AddTagsToResource`, `DescribeDBSnapshots`, and use of both keys.
 *
 * Cost: the traffic between the regions, and its storage until `removeDrillSnapshot`.
 */
export async function copyForDrill(
  rds: RDSClient,
  { sourceArn, snapshot, kmsKeyArn }: DrillCopyRequest,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const copy = new CopyDBSnapshotCommand({
    SourceDBSnapshotIdentifier: sourceArn,
    TargetDBSnapshotIdentifier: snapshot,
    KmsKeyId: kmsKeyArn,
    CopyTags: false,
    Tags: [SCRATCH],
  });
  await unlessFault(rds.send(copy), "DBSnapshotAlreadyExists");
  return waitForSnapshot(rds, "instance", snapshot, waiting);
}

/**
 * Deletes a copy that `copyForDrill` has made; done when there is none.
 *
 * Needs `rds:DescribeDBSnapshots` and `rds:DeleteDBSnapshot`.
 *
 * @throws Error when the snapshot is not scratch: nothing else is ever deleted here
 */
export async function removeDrillSnapshot(rds: RDSClient, snapshot: string): Promise<void> {
  const request = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }));
  const [found] = (await unlessFault(request, "DBSnapshotNotFound"))?.DBSnapshots ?? [];
  if (!found) return;
  const isScratch = (found.TagList ?? []).some(
    ({ Key, Value }) => Key === SCRATCH.Key && Value === SCRATCH.Value,
  );
  if (!isScratch) {
    throw new Error(
      `${await at(rds, snapshot)}: a snapshot that is not scratch (it lacks the tag ${SCRATCH.Key}), left alone; ` +
        "rename it, as the drill needs the name",
    );
  }
  await unlessFault(
    rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: snapshot })),
    "DBSnapshotNotFound",
  );
}
