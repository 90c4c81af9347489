import {
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";
import { RDS_PAUSE } from "./rds-instance";
import { waitFor, type Waiting } from "./wait";

/** A snapshot that stands. */
export interface RdsSnapshot {
  readonly identifier: string;
  readonly arn: string;
  /** Identifier of the instance it was taken of. */
  readonly instance: string;
  /** The moment that the data are of. */
  readonly takenAt: Date;
  readonly storageGib: number;
  /** @default - not encrypted */
  readonly kmsKeyArn?: string;
}

export interface SnapshotRequest {
  /** Identifier of the instance. */
  readonly instance: string;
  /** Identifier of the snapshot; the same again for the same snapshot. */
  readonly snapshot: string;
}

/**
 * Takes a snapshot and waits until it stands; one of that identifier which stands already is the answer.
 *
 * Needs `rds:CreateDBSnapshot`, `rds:AddTagsToResource` and `rds:DescribeDBSnapshots`.
 *
 * @throws Error when a snapshot of that identifier is of another instance
 */
export async function takeSnapshot(
  rds: RDSClient,
  request: SnapshotRequest,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  if (!(await look(rds, request.snapshot))) {
    await unlessFault(
      rds.send(
        new CreateDBSnapshotCommand({
          DBInstanceIdentifier: request.instance,
          DBSnapshotIdentifier: request.snapshot,
        }),
      ),
      // A retry of a request whose answer was lost finds its own work done.
      "DBSnapshotAlreadyExists",
    );
  }
  const standing = await waitForSnapshot(rds, request.snapshot, waiting);
  if (standing.instance === request.instance) return standing;
  throw new Error(
    `${await at(rds, request.snapshot)}: a snapshot of ${standing.instance}, expected one of ${request.instance}; ` +
      "choose another identifier",
  );
}

export interface SnapshotCopyRequest {
  /** ARN of the snapshot, which names its region. */
  readonly sourceArn: string;
  /** Identifier of the copy; the same again for the same copy. */
  readonly snapshot: string;
  /** ARN of a key in the region of the copy: a key does not reach across regions. @default - the snapshot is not encrypted */
  readonly kmsKeyArn?: string;
}

/**
 * Copies a snapshot into the client's region and waits until the copy stands; one of that identifier which stands already
 * is the answer.
 *
 * Needs `rds:CopyDBSnapshot`, `rds:AddTagsToResource` and `rds:DescribeDBSnapshots`, and use of both keys.
 */
export async function copySnapshot(
  rds: RDSClient,
  request: SnapshotCopyRequest,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  if (!(await look(rds, request.snapshot))) {
    await unlessFault(
      rds.send(
        new CopyDBSnapshotCommand({
          SourceDBSnapshotIdentifier: request.sourceArn,
          TargetDBSnapshotIdentifier: request.snapshot,
          KmsKeyId: request.kmsKeyArn,
          CopyTags: true,
        }),
      ),
      // A retry of a request whose answer was lost finds its own work done.
      "DBSnapshotAlreadyExists",
    );
  }
  return waitForSnapshot(rds, request.snapshot, waiting);
}

/**
 * Waits until a snapshot stands.
 *
 * @throws Error when it is missing or has failed
 */
export async function waitForSnapshot(
  rds: RDSClient,
  snapshot: string,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const what = await at(rds, snapshot);
  return waitFor<RdsSnapshot>({ what, expected: "available", pauseMs: RDS_PAUSE }, waiting, async () => {
    const found = await look(rds, snapshot);
    if (!found) throw new Error(`${what}: no such snapshot, expected one; take it first`);
    if (found.Status === "available") return { value: snapshotOf(found) };
    if (found.Status === "failed") {
      throw new Error(`${what}: failed, expected available; delete it and take it again`);
    }
    return { still: `${found.Status ?? "unknown"}, ${found.PercentProgress ?? 0} %` };
  });
}

async function look(rds: RDSClient, snapshot: string): Promise<DBSnapshot | undefined> {
  const request = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }));
  return (await unlessFault(request, "DBSnapshotNotFound"))?.DBSnapshots?.[0];
}

async function at(rds: RDSClient, snapshot: string): Promise<string> {
  return `${await rds.config.region()}: snapshot ${snapshot}`;
}

function snapshotOf(found: DBSnapshot): RdsSnapshot {
  return {
    identifier: found.DBSnapshotIdentifier ?? "",
    arn: found.DBSnapshotArn ?? "",
    instance: found.DBInstanceIdentifier ?? "",
    takenAt: found.OriginalSnapshotCreateTime ?? found.SnapshotCreateTime ?? new Date(0),
    storageGib: found.AllocatedStorage ?? 0,
    kmsKeyArn: found.KmsKeyId,
  };
}
