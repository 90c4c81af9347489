import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import { connect } from "../postgres/session";
import { otherSide, SIDES, type Side } from "../side";
import type { Plan, Step, StepContext } from "../step";
import { countRows } from "./drill-count";
import { type DrilledDatabase, drilledDatabases, type ScratchLogin } from "./drill-database";
import type { Manifest } from "./manifest";
import { copyForDrill, newestSnapshot, removeDrillSnapshot, takeForDrill } from "./rds-drill-snapshot";
import type { Waiting } from "./wait";
import type { AwsWorld } from "./world";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a drill needs besides the world. */
export interface DrillOptions {
  /** Plays the whole move elsewhere; throws with what went wrong. @default - it is not played */
  readonly rehearse?: (signal: AbortSignal) => Promise<void>;
  /** How scratch databases are reached. @default - by their endpoint, with the password that RDS keeps */
  readonly login?: ScratchLogin;
  /** Between two looks at what takes minutes, in milliseconds. @default - what suits RDS */
  readonly pauseMs?: number;
}

/**
 * Rehearses the move, and proves that the newest backup of every PostgreSQL database can be restored in the other region
 * (B8, B12): copies it there, restores it into a scratch database, counts its rows, and removes both. One that has no
 * backup yet, since it was promoted a moment ago, is given one for the drill. The rehearsal goes first, since it costs nothing. A drill that is cut off goes on; one that fails, or is interrupted, removes what it has made.
 *
 * Destroys what carries the tag `relocate:scratch`, and nothing else.
 *
 * Cost: for each database an instance of its own class for about an hour, and the traffic of a copy between the regions.
 */
export function drillPlan(world: AwsWorld, manifest: Manifest, options: DrillOptions = {}): Plan {
  const { clients, regions } = world;
  const drilled = drilledDatabases(world, manifest, options.login);
  const rdsOf = (side: Side) => clients.in("rds", regions[side]);
  const waiting = (context: StepContext, { name }: DrilledDatabase, what: string): Waiting => ({
    signal: context.signal,
    pauseMs: options.pauseMs,
    onChange: (seen) => context.observe(`${name}.${what}`, seen),
  });
  const each =
    (work: (database: DrilledDatabase, active: Side, context: StepContext) => Promise<unknown>) =>
    async (context: StepContext): Promise<void> => {
      await eachDatabase(drilled, async (database) =>
        work(database, await database.activeSide(context.signal), context),
      );
    };
  /** From both regions: which side was active when they were made no database needs to tell any more. */
  const remove = async (context: StepContext): Promise<void> => {
    await eachDatabase(drilled, async (database) => {
      for (const side of SIDES) {
        const { scratch, snapshots } = database;
        await database.remove(rdsOf(side), scratch, waiting(context, database, `removal.${side}`));
        await removeDrillSnapshot(rdsOf(side), snapshots, scratch);
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
  const actionsOf =
    (of: (database: DrilledDatabase, side: Side) => Promise<string>) =>
    async ({ signal }: StepContext): Promise<readonly string[]> => {
      const found = await eachDatabase(drilled, async (database) => {
        const side = otherSide(await database.activeSide(signal));
        return `${regions[side]}: rds ${await of(database, side)}`;
      });
      return [...found.values()];
    };

  const newestOf = (database: DrilledDatabase, active: Side) =>
    newestSnapshot(rdsOf(active), database.snapshots, database.identifier(active));

  const backups: Step = {
    id: "backups",
    title: "Every database has a snapshot",
    timeout: 12 * HOUR,
    run: each(async (database, active, context) => {
      if (await newestOf(database, active)) return;
      const request = { database: database.identifier(active), snapshot: database.scratch };
      await takeForDrill(rdsOf(active), database.snapshots, request, waiting(context, database, "snapshot"));
      context.observe(`${database.name}.taken`, request.snapshot);
    }),
    async actions({ signal }) {
      const found = await eachDatabase(drilled, async (database) => {
        const active = await database.activeSide(signal);
        if (await newestOf(database, active)) return [];
        return [`${regions[active]}: rds ${snapshotCall("Create", database)} ${database.scratch}`];
      });
      return [...found.values()].flat();
    },
    undo,
  };

  const rehearsal: Step = {
    id: "rehearse",
    title: "The move is rehearsed on this machine",
    timeout: 2 * HOUR,
    run: async ({ signal }) => options.rehearse?.(signal),
    actions: () => Promise.resolve(["relocate rehearse"]),
  };

  const copy: Step = {
    id: "copy",
    title: "The newest snapshot stands in the other region",
    timeout: 12 * HOUR,
    run: each(async (database, active, context) => {
      const side = otherSide(active);
      const { name, snapshots, scratch } = database;
      const newest = await newestOf(database, active);
      if (!newest)
        throw new Error(`${regions[active]}: its snapshot has gone meanwhile; give the same command again`);
      const { kmsKeyArn } = await database.twin(rdsOf(side), database.identifier(side));
      if (newest.takenAt) context.observe(`${name}.takenAt`, newest.takenAt.toISOString());
      const request = { sourceArn: newest.arn, snapshot: scratch, kmsKeyArn };
      await copyForDrill(rdsOf(side), snapshots, request, waiting(context, database, "copy"));
    }),
    actions: actionsOf((database) =>
      Promise.resolve(`${snapshotCall("Copy", database)} ${database.scratch}`),
    ),
    undo,
  };

  const restore: Step = {
    id: "restore",
    title: "It is restored into a scratch database",
    timeout: 12 * HOUR,
    run: each(async (database, active, context) => {
      const side = otherSide(active);
      const twin = await database.twin(rdsOf(side), database.identifier(side));
      await database.restore(rdsOf(side), database.scratch, twin, waiting(context, database, "instance"));
    }),
    actions: actionsOf(async (database, side) => {
      const { instanceClass } = await database.twin(rdsOf(side), database.identifier(side));
      const call =
        database.snapshots === "cluster" ? "RestoreDBClusterFromSnapshot" : "RestoreDBInstanceFromDBSnapshot";
      return `${call} ${database.scratch} (${instanceClass}, paid for about an hour)`;
    }),
    undo,
  };

  const count: Step = {
    id: "count",
    title: "Its tables are there and can be read",
    timeout: 6 * HOUR,
    run: each(async (database, active, context) => {
      const { name, pair } = database;
      const scratch = await database.find(rdsOf(otherSide(active)), database.scratch);
      const live = await connect(await pair.operator(active), context.signal);
      const restored = await connect(await database.login(scratch, active), context.signal);
      try {
        const { tables, rows } = await countRows(live, restored, pair.applicationRoles, context.signal);
        context.observe(`${name}.tables`, tables);
        context.observe(`${name}.rows`, rows);
      } finally {
        await Promise.all([live.close(), restored.close()]);
      }
    }),
  };

  const clean: Step = {
    id: "remove",
    title: "Scratch databases and copies are gone",
    timeout: 2 * HOUR,
    run: remove,
    actions: () =>
      Promise.resolve(
        drilled.flatMap(({ scratch }) =>
          SIDES.map((side) => `${regions[side]}: rds delete what is scratch of ${scratch}, and its snapshot`),
        ),
      ),
  };

  return {
    id: "drill",
    title: "Drill: the move works, and the backups can be restored in the other region",
    steps: [backups, ...(options.rehearse ? [rehearsal] : []), copy, restore, count, clean],
  };
}

const snapshotCall = (verb: "Create" | "Copy", { snapshots }: DrilledDatabase): string =>
  `${verb}DB${snapshots === "cluster" ? "Cluster" : ""}Snapshot`;
