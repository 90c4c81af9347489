import { DataAwsDbInstance } from "@cdktf/provider-aws/lib/data-aws-db-instance";
import { DataAwsRdsCluster } from "@cdktf/provider-aws/lib/data-aws-rds-cluster";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { DatabaseEngine } from "../workload/database";
import { ENGINES, followsMinorVersions } from "./database-engine";
import type { FoundGround } from "./database-ground";
import type { IDatabase } from "./database-props";

/** What is read of a database that stands already. */
export interface FoundDatabase extends FoundGround {
  readonly arn: string;
  readonly host: string;
  readonly username: string;
  readonly databaseName: string;
  /** With its minor version. */
  readonly engineVersion: string;
  /** Secret that RDS keeps the master user's password in; nothing where it keeps none. */
  readonly keptSecretArn: string;
}

/** What is read of an instance besides. */
export interface FoundInstance extends FoundDatabase {
  /** GiB that its storage grows to; null when it does not grow. */
  readonly maxAllocatedStorage: number;
}

/** Reads an instance of the scope's region. */
export function foundInstance(scope: Construct, id: string, dbInstanceIdentifier: string): FoundInstance {
  const found = new DataAwsDbInstance(scope, id, { dbInstanceIdentifier });
  return {
    arn: found.dbInstanceArn,
    host: found.address,
    kmsKeyArn: found.kmsKeyId,
    subnetGroupName: found.dbSubnetGroup,
    securityGroupIds: found.vpcSecurityGroups,
    username: found.masterUsername,
    databaseName: found.dbName,
    engineVersion: found.engineVersion,
    keptSecretArn: found.masterUserSecret.get(0).secretArn,
    maxAllocatedStorage: found.maxAllocatedStorage,
  };
}

/** Reads a cluster of the scope's region. */
export function foundCluster(scope: Construct, id: string, clusterIdentifier: string): FoundDatabase {
  const found = new DataAwsRdsCluster(scope, id, { clusterIdentifier });
  return {
    arn: found.arn,
    host: found.endpoint,
    kmsKeyArn: found.kmsKeyId,
    subnetGroupName: found.dbSubnetGroupName,
    securityGroupIds: found.vpcSecurityGroupIds,
    username: found.masterUsername,
    databaseName: found.databaseName,
    engineVersion: found.engineVersion,
    keptSecretArn: found.masterUserSecret.get(0).secretArn,
  };
}

/** What is said of a database that is managed elsewhere. */
interface Said {
  readonly identifier: string;
  readonly securityGroupId: string;
  readonly operatorSecretArn?: string;
}

/** A database that is managed elsewhere, as others see it. */
export function existingDatabase(engine: DatabaseEngine, found: FoundDatabase, said: Said): IDatabase {
  return {
    engine,
    engineVersion: found.engineVersion,
    identifier: said.identifier,
    arn: found.arn,
    host: found.host,
    port: ENGINES[engine].port,
    operatorRole: found.username,
    operatorSecretArn: said.operatorSecretArn ?? found.keptSecretArn,
    operatorPassword: said.operatorSecretArn === undefined ? "rds" : "module",
    kmsKeyArn: found.kmsKeyArn,
    securityGroupId: said.securityGroupId,
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
