import type { ManifestDatabase, PartOf } from "../lib/manifest";
import type { Cloud } from "../offline/cloud";
import type { CompletionProof, DatabasePair, Pointer, World } from "../runbook/world";
import { otherSide } from "../runbook/side";
import type { Regions } from "./regions";
import type { States } from "./state";
import { locate } from "./vpc-place";

export interface LocalWorldOptions {
  readonly regions: Regions;
  readonly states: States;
  readonly standby: PartOf<"standby">;
  readonly replication: PartOf<"replication">;
  readonly edge: Pointer;
  readonly cloud: Cloud;
}

/**
 * The world as the runbook sees it from the runner's subnets and security groups: where the network does not let the
 * runner through in AWS, it does not here either.
 */
export function localWorld({ regions, states, standby, replication, edge, cloud }: LocalWorldOptions): World {
  const { subnetIds, securityGroupIds } = replication.runner;
  const runner = locate(states, "the runner of the replication phase", subnetIds, securityGroupIds);
  const pair = (name: string, database: ManifestDatabase): DatabasePair => ({
    name,
    databaseName: database.databaseName,
    strategy: "logical",
    endpoint: { kind: "host-list" },
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
    completion: parameter(cloud, replication.completionParameter),
  };
}

/** An SSM parameter of the stand-in's cloud: what is written there is what the next plan reads. */
function parameter(cloud: Cloud, name: string): CompletionProof {
  const type = "aws_ssm_parameter";
  return {
    read: () => {
      const value = cloud.find(type).find((one) => one.name === name)?.insecure_value;
      if (typeof value !== "string")
        return Promise.reject(new Error(`there is no parameter ${name} in the stacks that were applied`));
      return Promise.resolve(value);
    },
    write: (proof) => Promise.resolve(cloud.update(type, name, { insecure_value: proof })),
  };
}
