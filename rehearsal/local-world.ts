import type { ManifestDatabase, PartOf } from "../lib/manifest";
import type { DatabasePair, EdgeSwitch, World } from "../runbook/world";
import { otherSide } from "../runbook/side";
import type { Regions } from "./regions";
import type { States } from "./state";
import { locate } from "./vpc-place";

export interface LocalWorldOptions {
  readonly regions: Regions;
  readonly states: States;
  readonly standby: PartOf<"standby">;
  readonly replication: PartOf<"replication">;
  readonly edge: EdgeSwitch;
}

/**
 * The world as the runbook sees it from the runner's subnets and security groups: where the network does not let the
 * runner through in AWS, it does not here either.
 */
export function localWorld({ regions, states, standby, replication, edge }: LocalWorldOptions): World {
  const { subnetIds, securityGroupIds } = replication.runner;
  const runner = locate(states, "the runner of the replication phase", subnetIds, securityGroupIds);
  const pair = (name: string, database: ManifestDatabase): DatabasePair => ({
    name,
    databaseName: database.databaseName,
    applicationRoles: [database.applicationRole],
    operator: (side) => regions.operator(database[side].host, database.databaseName, runner),
    conninfo: (subscriber) =>
      regions.conninfo(
        database[otherSide(subscriber)].host,
        database.databaseName,
        database[subscriber].host,
      ),
    applicationPassword: () => Promise.resolve(regions.secrets.read(database.target.applicationSecretArn)),
  });
  return {
    databases: Object.entries(standby.databases).map(([name, database]) => pair(name, database)),
    edge,
  };
}
