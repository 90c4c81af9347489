import {
  DeleteDBInstanceCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";
import { at, findInstance, RDS_PAUSE, type RdsInstance, waitForInstance } from "./rds-instance";
import { waitFor, type Waiting } from "./wait";

/** The tag of an instance that exists to prove a backup, and that may be deleted with all in it. */
export const SCRATCH = { Key: "relocate:scratch", Value: "true" };

export interface ScratchRequest {
  /** Identifier of the snapshot, in the client's region. */
  readonly snapshot: string;
  /** Identifier of the instance to make; the same again for the same one. */
  readonly identifier: string;
  /** Such as `db.t4g.medium`. @default - the class of the instance that the snapshot is of */
  readonly instanceClass?: string;
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
  /** @default - the engine's default group */
  readonly parameterGroup?: string;
}

/**
 * Restores a snapshot into a scratch instance, in order to prove that it can be restored, and waits until it is there.
 * Not public, in one zone, without deletion protection; RDS keeps a new password of the operator for it.
 *
 * Needs `rds:RestoreDBInstanceFromDBSnapshot`, `rds:AddTagsToResource` and `rds:DescribeDBInstances`; with the password
 * also `secretsmanager:CreateSecret`, `secretsmanager:TagResource` and use of the key.
 *
 * Cost: an instance for as long as it stands: remove it with `removeScratch`.
 *
 * @throws Error when an instance of that identifier is there and is not scratch
 */
export async function restoreScratch(
  rds: RDSClient,
  request: ScratchRequest,
  waiting: Waiting,
): Promise<RdsInstance> {
  const found = await findInstance(rds, request.identifier);
  if (found) await requireScratch(rds, found);
  else {
    await unlessFault(
      rds.send(
        new RestoreDBInstanceFromDBSnapshotCommand({
          DBSnapshotIdentifier: request.snapshot,
          DBInstanceIdentifier: request.identifier,
          DBInstanceClass: request.instanceClass,
          DBSubnetGroupName: request.subnetGroup,
          VpcSecurityGroupIds: [...request.securityGroupIds],
          DBParameterGroupName: request.parameterGroup,
          PubliclyAccessible: false,
          MultiAZ: false,
          DeletionProtection: false,
          ManageMasterUserPassword: true,
          Tags: [SCRATCH],
        }),
      ),
      "DBInstanceAlreadyExists",
    );
  }
  return waitForInstance(rds, request.identifier, waiting);
}

/**
 * Deletes a scratch instance **with all data in it and its backups**, and waits until it is gone; done when there is none.
 *
 * Needs `rds:DeleteDBInstance` and `rds:DescribeDBInstances`.
 *
 * @throws Error when the instance is not scratch: nothing else is ever deleted here
 */
export async function removeScratch(rds: RDSClient, identifier: string, waiting: Waiting): Promise<void> {
  const what = await at(rds, identifier);
  await waitFor({ what, expected: "gone", pauseMs: RDS_PAUSE }, waiting, async () => {
    const found = await findInstance(rds, identifier);
    if (!found) return { value: undefined };
    await requireScratch(rds, found);
    if (found.status !== "deleting") {
      await unlessFault(
        rds.send(
          new DeleteDBInstanceCommand({
            DBInstanceIdentifier: identifier,
            SkipFinalSnapshot: true,
            DeleteAutomatedBackups: true,
          }),
        ),
        // It is gone, or its creation or deletion is under way: the next look tells.
        "DBInstanceNotFound",
        "InvalidDBInstanceState",
      );
    }
    return { still: found.status };
  });
}

async function requireScratch(rds: RDSClient, instance: RdsInstance): Promise<void> {
  if (isScratch(instance)) return;
  throw new Error(refusal(await at(rds, instance.identifier)));
}

/** Whether it was made here, to be thrown away. */
export const isScratch = ({ tags }: { readonly tags: Readonly<Record<string, string>> }): boolean =>
  tags[SCRATCH.Key] === SCRATCH.Value;

/** Why a database is not touched here. */
export const refusal = (what: string): string =>
  `${what}: not scratch (it lacks the tag ${SCRATCH.Key}), left alone; choose another identifier`;
