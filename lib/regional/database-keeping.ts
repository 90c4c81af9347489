import { BACKUP_DAYS } from "../manifest";
import type { DatabaseEngine } from "../workload/database";
import { ENGINES } from "./database-engine";
import type { DatabaseGround } from "./database-ground";
import type { CommonDatabaseProps } from "./database-props";

/**
 * How long Terraform waits for a database. A large one is copied to another region, restored, or put into its last snapshot
 * for hours; given up earlier it would be taken for broken, and planned to be replaced.
 */
const PATIENCE = { create: "12h", update: "12h", delete: "12h" };

/** What an instance and a cluster are asked for alike: where they stand, and how they are encrypted, kept and logged. */
export function databaseKeeping(
  engine: DatabaseEngine,
  { name, deletionProtection = true }: CommonDatabaseProps,
  ground: DatabaseGround,
  { follows }: { readonly follows: boolean },
) {
  return {
    timeouts: PATIENCE,
    port: ENGINES[engine].port,
    dbSubnetGroupName: ground.subnetGroupName,
    vpcSecurityGroupIds: ground.securityGroupIds,
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    kmsKeyId: ground.kmsKeyArn,
    backupRetentionPeriod: BACKUP_DAYS,
    copyTagsToSnapshot: true,
    deleteAutomatedBackups: false,
    deletionProtection,
    // RDS takes no final snapshot of what follows another database, and refuses to delete it if asked for one.
    skipFinalSnapshot: follows && !deletionProtection,
    finalSnapshotIdentifier: `${name}-final`,
    enabledCloudwatchLogsExports: [...ENGINES[engine].logs],
    // RDS makes a missing log group itself, with logs that are kept for ever.
    dependsOn: ground.logs,
  };
}
