import type { ClientConfig } from "pg";
import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import { connect } from "../postgres/session";
import { otherSide, SIDES, type Side } from "../side";
import { readDatabase } from "../status/database-status";
import type { Plan, Step, StepContext } from "../step";
import type { DatabasePair } from "../world";
import { countRows } from "./drill-count";
import { type Manifest, requireParts } from "./manifest";
import { copyForDrill, newestSnapshot, removeDrillSnapshot } from "./rds-drill-snapshot";
import { describeInstance, type RdsInstance } from "./rds-instance";
import { removeScratch, restoreScratch } from "./rds-scratch";
import { readCredentials } from "./secret";
import type { Waiting } from "./wait";
import type { AwsWorld } from "./world";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a drill needs besides the world. */
export interface DrillOptions {
  /** How the scratch instance is reached. @default - its endpoint, with the password that RDS keeps */
  login?(scratch: RdsInstance, pair: DatabasePair): Promise<ClientConfig>;
  /** Between two looks at what takes minutes, in milliseconds. @default - what suits RDS */
  readonly pauseMs?: number;
}

/**
 * Proves that the newest backup of every database can be restored in the other region (B8, B12): copies it there, restores
 * it into a scratch instance, counts its rows, and removes both. A drill that is cut off goes on; one that fails, or is
 * interrupted, removes what it has made.
 *
 * Destroys what carries the tag `relocate:scratch`, and nothing else.
 *
 * Cost: an instance of the database's own class for about an hour, and the traffic of a copy between the regions.
 */
export function drillPlan(world: AwsWorld, manifest: Manifest, options: DrillOptions = {}): Plan {
  const { standby } = requireParts(manifest, ["standby"]);
  const { clients, regions } = world;
  const drills = world.databases.map((pair) => ({ name: pair.name, pair }));
  const nameOf = ({ name }: DatabasePair) => `${manifest.workload}-${name}-drill`;
  const identifierOf = ({ name }: DatabasePair, side: Side) => standby.databases[name]![side].identifier;
  /** As the gates say; a relocation that has not begun, or has ended, is told by its proof. */
  const activeSide = async (pair: DatabasePair, signal: AbortSignal): Promise<Side> => {
    const { active } = await readDatabase(pair, signal);
    if (active === "source" || active === "target") return active;
    if (active === "ungated")
      return (await world.completion?.read())?.includes("completedAt") ? "target" : "source";
    throw new Error(`who the writer is cannot be told (${active}); see relocate status`);
  };
  const rdsOf = (side: Side) => clients.in("rds", regions[side]);
  const waiting = (context: StepContext, { name }: DatabasePair, what: string): Waiting => ({
    signal: context.signal,
    pauseMs: options.pauseMs,
    onChange: (seen) => context.observe(`${name}.${what}`, seen),
  });
  const each =
    (work: (pair: DatabasePair, active: Side, context: StepContext) => Promise<unknown>) =>
    async (context: StepContext): Promise<void> => {
      await eachDatabase(drills, async ({ pair }) =>
        work(pair, await activeSide(pair, context.signal), context),
      );
    };
  const login = async (scratch: RdsInstance, pair: DatabasePair, side: Side): Promise<ClientConfig> => {
    if (options.login) return options.login(scratch, pair);
    const { endpoint, operatorSecretArn } = scratch;
    if (!endpoint || operatorSecretArn === undefined)
      throw new Error(
        `${scratch.identifier}: no endpoint or no password that RDS keeps; give the command again`,
      );
    const { username, password } = await readCredentials(
      clients.in("secrets", regions[side]),
      operatorSecretArn,
    );
    const { ssl } = await pair.operator(side);
    return { ...endpoint, user: username, password, database: pair.databaseName, ssl };
  };
  /** From both regions: which side was active when they were made no database needs to tell any more. */
  const remove = async (context: StepContext): Promise<void> => {
    await eachDatabase(drills, async ({ pair }) => {
      for (const side of SIDES) {
        await removeScratch(rdsOf(side), nameOf(pair), waiting(context, pair, `removal.${side}`));
        await removeDrillSnapshot(rdsOf(side), nameOf(pair));
      }
    });
  };
  /** Once: nobody waits for it, the SDK has tried again already, and what is not scratch never will be. */
  const undo = async (context: StepContext): Promise<void> => {
    try {
      await remove(context);
    } catch (error) {
      throw new CannotUndo((error as Error).message, { cause: error });
    }
  };

  const backups: Step = {
    id: "backups",
    title: "Every database has a snapshot",
    timeout: 5 * MINUTE,
    run: each((pair, active) => newestSnapshot(rdsOf(active), identifierOf(pair, active))),
  };

  const copy: Step = {
    id: "copy",
    title: "The newest snapshot stands in the other region",
    timeout: 12 * HOUR,
    run: each(async (pair, active, context) => {
      const side = otherSide(active);
      const newest = await newestSnapshot(rdsOf(active), identifierOf(pair, active));
      const { kmsKeyArn } = await describeInstance(rdsOf(side), identifierOf(pair, side));
      if (newest.takenAt) context.observe(`${pair.name}.takenAt`, newest.takenAt.toISOString());
      const request = { sourceArn: newest.arn, snapshot: nameOf(pair), kmsKeyArn };
      await copyForDrill(rdsOf(side), request, waiting(context, pair, "copy"));
    }),
    actions: (context) => actionsOf(context, "rds CopyDBSnapshot"),
    undo,
  };

  const restore: Step = {
    id: "restore",
    title: "It is restored into a scratch instance",
    timeout: 12 * HOUR,
    run: each(async (pair, active, context) => {
      const side = otherSide(active);
      const twin = await describeInstance(rdsOf(side), identifierOf(pair, side));
      const request = {
        ...{ snapshot: nameOf(pair), identifier: nameOf(pair), instanceClass: twin.instanceClass },
        ...{ subnetGroup: twin.subnetGroup, securityGroupIds: twin.securityGroupIds },
      };
      await restoreScratch(rdsOf(side), request, waiting(context, pair, "instance"));
    }),
    actions: (context) => actionsOf(context, "rds RestoreDBInstanceFromDBSnapshot"),
    undo,
  };

  const count: Step = {
    id: "count",
    title: "Its tables are there and can be read",
    timeout: 6 * HOUR,
    run: each(async (pair, active, context) => {
      const side = otherSide(active);
      const scratch = await describeInstance(rdsOf(side), nameOf(pair));
      const live = await connect(await pair.operator(active), context.signal);
      const restored = await connect(await login(scratch, pair, side), context.signal);
      try {
        const { tables, rows } = await countRows(live, restored, pair.applicationRoles, context.signal);
        context.observe(`${pair.name}.tables`, tables);
        context.observe(`${pair.name}.rows`, rows);
      } finally {
        await Promise.all([live.close(), restored.close()]);
      }
    }),
  };

  const clean: Step = {
    id: "remove",
    title: "Scratch instance and copy are gone",
    timeout: 2 * HOUR,
    run: remove,
    actions: () =>
      Promise.resolve(
        drills.flatMap(({ pair }) =>
          SIDES.map((side) => `${regions[side]}: rds DeleteDBInstance, DeleteDBSnapshot ${nameOf(pair)}`),
        ),
      ),
  };

  const actionsOf = async ({ signal }: StepContext, calls: string): Promise<readonly string[]> => {
    const found = await eachDatabase(drills, ({ pair }) => activeSide(pair, signal));
    return drills.map(({ pair }) => `${regions[otherSide(found.get(pair.name)!)]}: ${calls} ${nameOf(pair)}`);
  };

  return {
    id: "drill",
    title: "Drill: the backups can be restored in the other region",
    steps: [backups, copy, restore, count, clean],
  };
}
