import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import type { Plan, Step } from "../step";
import type { World } from "../world";
import type { WriteSwitch } from "../write-switch";
import { copiedTables, emptyCopies } from "../postgres/copies";
import { removeGates } from "../postgres/gate-triggers";
import { remainsOnSource, remainsOnTarget } from "../postgres/remains";
import { unpublish } from "../postgres/publication";
import { dropSchema, hasSchema } from "../postgres/schema-presence";
import { filledTables } from "../postgres/preflight/filled-target";
import {
  dropSlots,
  dropSubscription,
  seedSlotName,
  slotName,
  subscriptionState,
} from "../postgres/subscription";
import { removalsOf } from "../postgres/traces";
import { postgresSwitch } from "../postgres/write-switch";
import { pairSides, type PairSides } from "./pair-sides";
import { recordRemovalSteps } from "./record-steps";
import { removals } from "./removals";
import { assertSourceIsWriter, isSourceWriter } from "./source-writes";
import { targetReach, type Reach } from "./target-reach";

const MINUTE = 60_000;

/**
 * Gives a relocation up, at any time before the target is the writer: nothing of the runbook is left on either side,
 * and the source, which serves on all the while, loses no row. A fence that a dead runbook has left is opened first.
 *
 * Destroys the copy: tables on the target that replication has filled are emptied, so that `start` can be run again.
 * The tables themselves and the roles stay there. A target that cannot be reached is left as it is, and what stays on
 * it is observed, with the SQL that removes it; run again when it can be reached, this removes it. A target that was
 * promoted from a replica keeps its rows: to begin again it has to be made a replica again.
 *
 * From the first removal on it goes to its end, and a `start` after it is a new one.
 *
 * @throws never; refuses, and says so in its result, when the target is the writer
 */
export function abortPlan(world: World): Plan {
  const databases = world.databases.map((pair): Aborted => {
    const sides = pairSides(pair);
    return { ...sides, gates: postgresSwitch(pair, "target") };
  });
  const reach = targetReach();
  const each = async (work: (database: Aborted, target: Reach) => Promise<unknown>, signal: AbortSignal) => {
    await eachDatabase(databases, async (database) => work(database, await reach(database, signal)));
  };

  const removing = (kinds: Parameters<typeof removals>[2]): Step["actions"] =>
    removals(
      databases,
      async (database, side, signal) => {
        if (side === "source") return database.on("source", signal);
        const target = await reach(database, signal);
        return target.kind === "own" ? target.session : undefined;
      },
      kinds,
    );

  const writer: Step = {
    id: "writer",
    title: "The source is the writer",
    timeout: MINUTE,
    run: (context) =>
      each(async (database, target) => {
        const { signal } = context;
        const { gates, pair } = database;
        const source = await database.on("source", signal);
        await assertSourceIsWriter(source, target, gates, pair.applicationRoles, signal);
        if (target.kind === "unreachable") context.observe(`${database.name}.target`, target.why);
      }, context.signal),
  };

  // Before anything is emptied: what is removed on the target would be removed on the source as well.
  const reverse: Step = {
    id: "reverse",
    title: "Nothing comes from the target to the source",
    timeout: 5 * MINUTE,
    // Only with the source as the writer: where the target is, the plan has to begin with asking that.
    async check({ signal }) {
      const gone = await eachDatabase(databases, async (database) => {
        const source = await database.on("source", signal);
        const target = await reach(database, signal);
        const { applicationRoles } = database.pair;
        if (!(await isSourceWriter(source, target, applicationRoles, signal))) return false;
        if (await subscriptionState(source, "source", signal)) return false;
        return (
          target.kind !== "own" || (await removalsOf(target.session, ["publication"], signal)).length === 0
        );
      });
      return [...gone.values()].every(Boolean);
    },
    actions: removing({ source: ["subscription"], target: ["slot", "publication"] }),
    run: ({ signal }) =>
      each(async ({ on, pair }, target) => {
        const subscriber = await on("source", signal);
        await dropSubscription({ subscriber, to: "source" }, pair.databaseName, signal);
        if (target.kind !== "own") return;
        await dropSlots(
          target.session,
          [slotName("source", pair.databaseName), seedSlotName(pair.databaseName)],
          signal,
        );
        await unpublish(target.session, signal);
      }, signal),
    undo: () => Promise.reject(new CannotUndo("what is removed stays removed: run `relocate abort` again")),
  };

  const copies: Step = {
    id: "copies",
    title: "The copy on the target is empty",
    timeout: 10 * MINUTE,
    actions: async ({ signal }) => {
      const told = await eachDatabase(databases, async (database) => {
        const target = await reach(database, signal);
        if (target.kind !== "own" || database.pair.strategy !== "logical") return [];
        const copied = await copiedTables(target.session, "target", signal);
        return copied.length > 0 ? [`${database.name}, target: TRUNCATE ${copied.join(", ")}`] : [];
      });
      return [...told.values()].flat();
    },
    run: (context) =>
      each(async ({ name, pair, on, tables }, target) => {
        const { signal } = context;
        if (target.kind !== "own" || pair.strategy !== "logical") return;
        const emptied = await emptyCopies(
          { source: await on("source", signal), target: target.session },
          await tables("target", signal),
          signal,
        );
        context.observe(`${name}.tablesEmptied`, emptied);
      }, context.signal),
  };

  const forward: Step = {
    id: "forward",
    title: "Nothing goes from the source to the target",
    timeout: 5 * MINUTE,
    actions: removing({ source: ["slot", "publication"], target: ["subscription"] }),
    run: ({ signal }) =>
      each(async ({ on, pair }, target) => {
        const { databaseName } = pair;
        const slots =
          target.kind === "own"
            ? await dropSubscription({ subscriber: target.session, to: "target" }, databaseName, signal)
            : [slotName("target", databaseName)];
        const source = await on("source", signal);
        await dropSlots(source, [...slots, seedSlotName(databaseName)], signal);
        await unpublish(source, signal);
      }, signal),
  };

  const gates: Step = {
    id: "gates",
    title: "The gates are gone from every table",
    timeout: 10 * MINUTE,
    actions: removing({ source: ["gate"], target: ["gate"] }),
    run: ({ signal }) =>
      each(async ({ on, tables }, target) => {
        if (target.kind === "own") await removeGates(target.session, await tables("target", signal), signal);
        await removeGates(await on("source", signal), await tables("source", signal), signal);
      }, signal),
  };

  const schema: Step = {
    id: "schema",
    title: "The runbook's schema is gone",
    timeout: MINUTE,
    actions: removing({ source: ["schema"], target: ["schema"] }),
    run: ({ signal }) =>
      each(async ({ on, pair }, target) => {
        if (target.kind === "own") await dropSchema(target.session, "target", pair.applicationRoles, signal);
        // The last trace: as long as it is there, it says who is the writer.
        await dropSchema(await on("source", signal), "source", pair.applicationRoles, signal);
      }, signal),
    verify: ({ signal }) =>
      each(async ({ on }) => {
        if (await hasSchema(await on("source", signal), signal))
          throw new Error("schema relocate is still on the source");
      }, signal),
  };

  const remains: Step = {
    id: "remains",
    title: "What stays is known",
    timeout: MINUTE,
    run: (context) =>
      each(async ({ name, pair, on, tables }, target) => {
        const observe = (side: string, stays: readonly string[]): void => {
          if (stays.length > 0) context.observe(`${name}.staysOn${side}`, stays.join("; "));
        };
        const { signal } = context;
        if (target.kind === "unreachable") {
          observe("Source", await remainsOnSource(await on("source", signal), signal));
          observe("Target", remainsOnTarget(pair));
        } else if (target.kind === "own" && pair.strategy !== "logical") {
          observe("Target", ["it is no replica any more: make it one again before `relocate start`"]);
        } else if (target.kind === "own") {
          const filled = await filledTables(target.session, "target", await tables("target", signal), signal);
          if (filled.length > 0) observe("Target", [`TRUNCATE ${filled.join(", ")}`]);
        }
      }, context.signal),
  };

  return {
    id: "abort",
    title: "Abort: the relocation is given up",
    pointOfNoReturn: reverse.id,
    steps: [
      ...[writer, reverse, copies, forward, gates, schema],
      ...recordRemovalSteps(world.snapshots, { unless: "nothing" }),
      remains,
    ],
    async release() {
      await Promise.all(databases.flatMap(({ close, gates: held }) => [close(), held.close()]));
    },
  };
}

interface Aborted extends PairSides {
  readonly gates: WriteSwitch;
}
