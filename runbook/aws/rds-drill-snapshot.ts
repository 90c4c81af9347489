import type { RDSClient } from "@aws-sdk/client-rds";
import { RDS_PAUSE } from "./rds-instance";
import { isScratch, SCRATCH } from "./rds-scratch";
import { type RdsSnapshot, SNAPSHOT_CALLS, type SnapshotCopy, type SnapshotKind } from "./rds-snapshot-kind";
import { waitFor, type Waiting } from "./wait";

/**
 * The newest snapshot of an instance or a cluster that stands, automated or made by hand.
 *
 * Needs `rds:DescribeDBSnapshots` or `DescribeDBClusterSnapshots`.
 *
 * @returns undefined when there is none
 */
export async function newestSnapshot(
  rds: RDSClient,
  kind: SnapshotKind,
  database: string,
): Promise<RdsSnapshot | undefined> {
  let newest: RdsSnapshot | undefined;
  for await (const found of SNAPSHOT_CALLS[kind].list(rds, database)) {
    if (found.status !== "available" || found.takenAt === undefined) continue;
    if (newest?.takenAt === undefined || newest.takenAt < found.takenAt) newest = found;
  }
  return newest;
}

/**
 * Takes a snapshot, to be thrown away again, and waits until it stands; one of that identifier which stands already is
 * the answer. A database that was promoted a moment ago has no other.
 *
 * Needs `rds:CreateDBSnapshot` or `CreateDBClusterSnapshot`, `AddTagsToResource`, `DescribeDBSnapshots` or
 * `DescribeDBClusterSnapshots`.
 *
 * Cost: its storage until `removeDrillSnapshot`.
 *
 * @throws Error when it has failed
 */
export async function takeForDrill(
  rds: RDSClient,
  kind: SnapshotKind,
  { database, snapshot }: { readonly database: string; readonly snapshot: string },
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const calls = SNAPSHOT_CALLS[kind];
  if (!(await calls.find(rds, snapshot))) await calls.take(rds, database, snapshot, SCRATCH);
  return untilAvailable(rds, kind, snapshot, waiting);
}

/**
 * Copies a snapshot into the client's region, to be thrown away again, and waits until it stands; one of that identifier
 * which stands already is the answer.
 *
 * Needs `rds:CopyDBSnapshot` or `CopyDBClusterSnapshot`, `AddTagsToResource`, `DescribeDBSnapshots` or
 * `DescribeDBClusterSnapshots`, and use of both keys.
 *
 * Cost: the traffic between the regions, and its storage until `removeDrillSnapshot`.
 *
 * @throws Error when it has failed
 */
export async function copyForDrill(
  rds: RDSClient,
  kind: SnapshotKind,
  request: SnapshotCopy,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const { snapshot } = request;
  const calls = SNAPSHOT_CALLS[kind];
  if (!(await calls.find(rds, snapshot))) await calls.copy(rds, request, SCRATCH);
  return untilAvailable(rds, kind, snapshot, waiting);
}

async function untilAvailable(
  rds: RDSClient,
  kind: SnapshotKind,
  snapshot: string,
  waiting: Waiting,
): Promise<RdsSnapshot> {
  const what = await at(rds, snapshot);
  return waitFor<RdsSnapshot>({ what, expected: "available", pauseMs: RDS_PAUSE }, waiting, async () => {
    const found = await SNAPSHOT_CALLS[kind].find(rds, snapshot);
    if (!found) return { still: "not listed" };
    if (found.status === "available") return { value: found };
    if (found.status === "failed")
      throw new Error(`${what}: failed, expected available; give the same command again`);
    return { still: `${found.status}, ${found.percent} %` };
  });
}

/**
 * Deletes what `takeForDrill` or `copyForDrill` has made; done when there is none.
 *
 * Needs `rds:DescribeDBSnapshots` and `DeleteDBSnapshot`, or the same of clusters.
 *
 * @throws Error when the snapshot is not scratch: nothing else is ever deleted here
 */
export async function removeDrillSnapshot(
  rds: RDSClient,
  kind: SnapshotKind,
  snapshot: string,
): Promise<void> {
  const found = await SNAPSHOT_CALLS[kind].find(rds, snapshot);
  if (!found) return;
  if (!isScratch(found)) {
    throw new Error(
      `${await at(rds, snapshot)}: a snapshot that is not scratch (it lacks the tag ${SCRATCH.Key}), left alone; ` +
        "rename it, as the drill needs the name",
    );
  }
  await SNAPSHOT_CALLS[kind].remove(rds, snapshot);
}

const at = async (rds: RDSClient, snapshot: string): Promise<string> =>
  `${await rds.config.region()}: snapshot ${snapshot}`;
