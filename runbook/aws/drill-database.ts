import type { ClientConfig } from "pg";
import { otherSide, type Side } from "../side";
import { readDatabase } from "../status/database-status";
import type { DatabasePair } from "../world";
import { isCarried } from "./database-pair";
import { DRILL_KINDS, type DrillKind, type Scratch } from "./drill-kind";
import { type Manifest, requireParts } from "./manifest";
import type { SnapshotKind } from "./rds-snapshot-kind";
import { readCredentials } from "./secret";
import type { AwsWorld } from "./world";

/** One database whose backup is proven. */
export interface DrilledDatabase extends DrillKind {
  readonly name: string;
  readonly pair: DatabasePair;
  readonly snapshots: SnapshotKind;
  /** Identifier of its scratch database, and of the copy of its snapshot. */
  readonly scratch: string;
  /** RDS identifier of its own. */
  identifier(side: Side): string;
  /**
   * Where it is written, and so where its backups count: as the gates say, or, where there are none, as the proof says
   * that the relocation has ended.
   *
   * @throws Error when nobody can tell
   */
  activeSide(signal: AbortSignal): Promise<Side>;
  /** How its scratch database is reached. */
  login(scratch: Scratch, active: Side): Promise<ClientConfig>;
}

/** How a scratch database is reached. */
export type ScratchLogin = (scratch: Scratch, pair: DatabasePair) => Promise<ClientConfig>;

/**
 * Every database of PostgreSQL, on RDS and on Aurora.
 *
 * @param login @default - its endpoint, with the password that RDS keeps
 */
export function drilledDatabases(
  world: AwsWorld,
  manifest: Manifest,
  login?: ScratchLogin,
): DrilledDatabase[] {
  const { databases } = requireParts(manifest, ["standby"]).standby;
  const isCompleted = async () => (await world.completion?.read())?.includes("completedAt") ?? false;
  return world.drilled.map((pair): DrilledDatabase => {
    const database = databases[pair.name]!;
    const snapshots = database.engine.startsWith("aurora") ? "cluster" : "instance";
    return {
      ...DRILL_KINDS[snapshots],
      ...{ name: pair.name, pair, snapshots, scratch: `${manifest.workload}-${pair.name}-drill` },
      identifier: (side) => database[side].identifier,
      async activeSide(signal) {
        const { active } = isCarried(database) ? await readDatabase(pair, signal) : { active: "ungated" };
        if (active === "source" || active === "target") return active;
        if (active === "ungated") return (await isCompleted()) ? "target" : "source";
        throw new Error(`who the writer is cannot be told (${active}); see relocate status`);
      },
      login: (scratch, active) =>
        login ? login(scratch, pair) : loginBySecret(world, pair, scratch, otherSide(active)),
    };
  });
}

async function loginBySecret(
  { clients, regions }: AwsWorld,
  pair: DatabasePair,
  { identifier, endpoint, operatorSecretArn }: Scratch,
  side: Side,
): Promise<ClientConfig> {
  if (!endpoint || operatorSecretArn === undefined)
    throw new Error(`${identifier}: no endpoint or no password that RDS keeps; give the command again`);
  const { username, password } = await readCredentials(
    clients.in("secrets", regions[side]),
    operatorSecretArn,
  );
  const { ssl } = await pair.operator(side);
  return { ...endpoint, user: username, password, database: pair.databaseName, ssl };
}
