import type { RDSClient } from "@aws-sdk/client-rds";
import { RDS_PAUSE } from "./rds-instance";
import { type RdsSnapshot, SNAPSHOT_CALLS, type SnapshotKind } from "./rds-snapshot-kind";
import { waitFor, type Waiting } from "./wait";

export interface SnapshotRequest {
  readonly kind: SnapshotKind;
  /** Identifier of the instance or cluster. */
  readonly database: string;
  /** Identifier of the snapshot; the same again for the same snapshot. */
  readonly snapshot: string;
}

/**
 * Takes a snapshot and waits until it stands; one of that identifier which stands already is the answer.
 *
 * Needs `rds:CreateDBSnapshot` or `CreateDBClusterSnapshot`, `rds:AddTagsToResource`, and `rds:DescribeDBSnapshots` or
 * `DescribeDBClusterSnapshots`.
 *
 * @throws Error when a snapshot of that identifier is of another database
 */
export async function takeSnapshot(
  rds: RDSClient,
  { kind, database, snapshot }: SnapshotRequest,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const calls = SNAPSHOT_CALLS[kind];
  if (!(await calls.find(rds, snapshot))) await calls.take(rds, database, snapshot);
  const standing = await waitForSnapshot(rds, kind, snapshot, waiting);
  if (standing.database === database) return standing;
  throw new Error(
    `${await at(rds, snapshot)}: a snapshot of ${standing.database}, expected one of ${database}; ` +
      "choose another identifier",
  );
}

export interface SnapshotCopyRequest {
  readonly kind: SnapshotKind;
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
 * Needs `rds:CopyDBSnapshot` or `CopyDBClusterSnapshot`, `rds:AddTagsToResource`, and `rds:DescribeDBSnapshots` or
 * `DescribeDBClusterSnapshots`, and use of both keys.
 *
 * Cost: the traffic between the regions, and the copy's storage for as long as it stands.
 */
export async function copySnapshot(
  rds: RDSClient,
  { kind, sourceArn, snapshot, kmsKeyArn }: SnapshotCopyRequest,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const calls = SNAPSHOT_CALLS[kind];
  if (!(await calls.find(rds, snapshot))) await calls.copy(rds, sourceArn, snapshot, kmsKeyArn);
  return waitForSnapshot(rds, kind, snapshot, waiting);
}

/**
 * Waits until a snapshot stands.
 *
 * @throws Error when it is missing or has failed
 */
export async function waitForSnapshot(
  rds: RDSClient,
  kind: SnapshotKind,
  snapshot: string,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const what = await at(rds, snapshot);
  return waitFor<RdsSnapshot>({ what, expected: "available", pauseMs: RDS_PAUSE }, waiting, async () => {
    const found = await SNAPSHOT_CALLS[kind].find(rds, snapshot);
    if (!found) throw new Error(`${what}: no such snapshot, expected one; take it first`);
    if (found.status === "available") return { value: found };
    if (found.status === "failed") {
      throw new Error(`${what}: failed, expected available; delete it and take it again`);
    }
    return { still: `${found.status}, ${found.percent} %` };
  });
}

async function at(rds: RDSClient, snapshot: string): Promise<string> {
  return `${await rds.config.region()}: snapshot ${snapshot}`;
}
