import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { DatabaseEngine } from "../workload/database";
import { ENGINES } from "./database-engine";
import type { CommonDatabaseProps } from "./database-props";
import { keyPolicy } from "./key-policy";

/** What a database that is adopted stands on already. */
export interface FoundGround {
  readonly kmsKeyArn: string;
  readonly subnetGroupName: string;
  readonly securityGroupIds: string[];
}

/** What a database stands on. */
export interface DatabaseGround {
  readonly kmsKeyArn: string;
  readonly subnetGroupName: string;
  /** The module's own group, which clients' rules are added to. */
  readonly securityGroupId: string;
  /** All groups that the database is given. */
  readonly securityGroupIds: string[];
  /** None of an adopted one. */
  readonly logs: CloudwatchLogGroup[];
}

const LOG_RETENTION_DAYS = 30;

/** Makes key, subnet group, security group and log groups of a database; an adopted one keeps those that it has. */
export function databaseGround(
  scope: Construct,
  engine: DatabaseEngine,
  { name, network, deletionProtection }: CommonDatabaseProps,
  found?: FoundGround,
): DatabaseGround {
  const group = new SecurityGroup(scope, "group", {
    name: `${name}-database`,
    description: `Database ${name}: closed but for the rules of its clients`,
    vpcId: network.vpcId,
    tags: { Name: `${name}-database` },
  });
  if (found) {
    return {
      ...found,
      securityGroupId: group.id,
      // Whoever reaches it now goes on reaching it.
      securityGroupIds: Token.asList(
        Fn.distinct(Fn.concat([[group.id], found.securityGroupIds]) as string[]),
      ),
      // Where it writes logs they are there, and AWS refuses to make them a second time.
      logs: [],
    };
  }
  const subnets = new DbSubnetGroup(scope, "subnets", {
    name,
    description: `Private subnets of ${name}`,
    subnetIds: network.privateSubnetIds,
  });
  return {
    kmsKeyArn: databaseKey(scope, name, deletionProtection ?? true),
    subnetGroupName: subnets.name,
    securityGroupId: group.id,
    securityGroupIds: [group.id],
    logs: logGroups(scope, engine, name),
  };
}

function logGroups(scope: Construct, engine: DatabaseEngine, name: string): CloudwatchLogGroup[] {
  const kind = engine.startsWith("aurora") ? "cluster" : "instance";
  return ENGINES[engine].logs.map(
    (log) =>
      new CloudwatchLogGroup(scope, `${log}-log`, {
        name: `/aws/rds/${kind}/${name}/${log}`,
        retentionInDays: LOG_RETENTION_DAYS,
      }),
  );
}

function databaseKey(scope: Construct, name: string, preventDestroy: boolean): string {
  const account = new DataAwsCallerIdentity(scope, "account");
  const key = new KmsKey(scope, "key", {
    description: `Storage, snapshots and operator secret of the database ${name}`,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: keyPolicy(account.accountId),
    lifecycle: { preventDestroy },
  });
  new KmsAlias(scope, "key-alias", { name: `alias/${name}-database`, targetKeyId: key.keyId });
  return key.arn;
}
