import { DataAwsDbInstance } from "@cdktf/provider-aws/lib/data-aws-db-instance";
import { DataAwsRdsCluster } from "@cdktf/provider-aws/lib/data-aws-rds-cluster";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { DatabaseEngine } from "../workload/database";
import { followsMinorVersions } from "./database-engine";
import type { FoundGround } from "./database-ground";

/** What a database that is adopted has already. */
export interface FoundDatabase extends FoundGround {
  readonly username: string;
  readonly databaseName: string;
  /** With its minor version. */
  readonly engineVersion: string;
}

/** What an instance that is adopted has already. */
export interface FoundInstance extends FoundDatabase {
  /** GiB that its storage grows to; null when it does not grow. */
  readonly maxAllocatedStorage: number;
}

/** Reads an instance that is adopted, of the scope's region. */
export function foundInstance(scope: Construct, dbInstanceIdentifier: string): FoundInstance {
  const found = new DataAwsDbInstance(scope, "existing", { dbInstanceIdentifier });
  return {
    kmsKeyArn: found.kmsKeyId,
    subnetGroupName: found.dbSubnetGroup,
    securityGroupIds: found.vpcSecurityGroups,
    username: found.masterUsername,
    databaseName: found.dbName,
    engineVersion: found.engineVersion,
    maxAllocatedStorage: found.maxAllocatedStorage,
  };
}

/** Reads a cluster that is adopted, of the scope's region. */
export function foundCluster(scope: Construct, clusterIdentifier: string): FoundDatabase {
  const found = new DataAwsRdsCluster(scope, "existing", { clusterIdentifier });
  return {
    kmsKeyArn: found.kmsKeyId,
    subnetGroupName: found.dbSubnetGroupName,
    securityGroupIds: found.vpcSecurityGroupIds,
    username: found.masterUsername,
    databaseName: found.databaseName,
    engineVersion: found.engineVersion,
  };
}

/**
 * The version to ask for: of an adopted database the one that it has, as long as that is of the line that is wanted.
 *
 * Asked to change a version to `17`, RDS takes the default one of that line, which may be older than what runs: an error in
 * the middle of an apply. Known to the provider is a prefix only where it made the database itself.
 */
export function versionToAskFor(
  engine: DatabaseEngine,
  wanted: string,
  found: FoundDatabase | undefined,
): string {
  if (!found || !followsMinorVersions(engine, wanted)) return wanted;
  const same = Fn.startswith(found.engineVersion, `${wanted}.`);
  return Token.asString(Fn.conditional(same, found.engineVersion, wanted));
}
