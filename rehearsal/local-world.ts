import type { ManifestDatabase, PartOf } from "../lib/manifest";
import type { Cloud } from "../offline/cloud";
import { otherSide, type Side } from "../runbook/side";
import type {
  CompletionProof,
  DatabasePair,
  JobGate,
  Pointer,
  Strategy,
  World,
  WriterEndpoint,
} from "../runbook/world";
import { localWriterName } from "./dns/writer-name";
import type { PrivateNames } from "./dns/private-names";
import type { Parameters } from "./parameters";
import type { VpcPlace } from "./place";
import { localPoolers } from "./pooler/local-poolers";
import type { Regions } from "./regions";
import type { States } from "./state";
import { locate } from "./vpc-place";

export interface LocalWorldOptions {
  readonly regions: Regions;
  readonly states: States;
  readonly standby: PartOf<"standby">;
  readonly replication: PartOf<"replication">;
  readonly edge: Pointer;
  readonly jobs: readonly JobGate[];
  readonly privateNames: PrivateNames;
  readonly parameters: Parameters;
  readonly cloud: Cloud;
}

/** Replicas of another server, which the others begin with, are not built here. */
const PLAYED: Strategy = "logical";

/**
 * Databases that the rehearsal cannot play, each with the reason.
 *
 * @param databases by name, as the manifest describes them
 */
export function unplayable(databases: PartOf<"standby">["databases"]): string[] {
  return Object.entries(databases).flatMap(([name, { engine, strategy }]) => {
    if (engine !== "postgres") return [`  ${name}: engine is "${engine}"; the rehearsal runs "postgres"`];
    return strategy === PLAYED
      ? []
      : [`  ${name}: strategy is "${strategy}"; the rehearsal plays "${PLAYED}"`];
  });
}

/**
 * The world as the runbook sees it from the runner's subnets and security groups: where the network does not let the
 * runner through in AWS, it does not here either.
 */
export async function localWorld(options: LocalWorldOptions): Promise<World> {
  const { regions, states, standby, replication, edge, jobs, parameters } = options;
  const { subnetIds, securityGroupIds } = replication.runner;
  const runner = locate(states, "the runner of the replication phase", subnetIds, securityGroupIds);
  const pair = async (name: string, database: ManifestDatabase): Promise<DatabasePair> => ({
    name,
    databaseName: database.databaseName,
    // The others were refused before anything was started.
    strategy: PLAYED,
    endpoint: await endpointOf(name, database, runner, options),
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
    databases: await Promise.all(
      Object.entries(standby.databases).map(([name, database]) => pair(name, database)),
    ),
    edge,
    jobs,
    completion: proof(parameters, standby.targetRegion, replication.completionParameter),
  };
}

async function endpointOf(
  name: string,
  { writerDiscovery, databaseName, ...sides }: ManifestDatabase,
  runner: VpcPlace,
  { regions, privateNames, parameters, cloud }: LocalWorldOptions,
): Promise<WriterEndpoint> {
  switch (writerDiscovery) {
    case "host-list":
      return { kind: "host-list" };
    case "cname": {
      const own = privateNames.names.get(name);
      if (!own) throw new Error(`database ${name}: the cutover phase tells no name that follows its writer`);
      const hosts: Record<Side, string> = { source: sides.source.host, target: sides.target.host };
      return { kind: "cname", name: localWriterName(own, privateNames, hosts, cloud) };
    }
    case "pooler": {
      const services = regions.poolers.filter((one) => one.database === name);
      const poolers = await localPoolers({
        ...{ services, databaseName, runner, parameters },
        writers: sides,
        network: regions.network,
        secrets: regions.secrets,
      });
      return { kind: "pooler", poolers };
    }
  }
}

function proof(parameters: Parameters, region: string, name: string): CompletionProof {
  return {
    read() {
      const value = parameters.read(region, name);
      if (value !== undefined) return Promise.resolve(value);
      return Promise.reject(new Error(`there is no parameter ${name} in the stacks that were applied`));
    },
    write: (text) => Promise.resolve(parameters.write(region, name, text)),
  };
}
