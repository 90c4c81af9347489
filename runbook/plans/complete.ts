import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import { SIDES, type Side } from "../side";
import type { Plan, Step } from "../step";
import type { CompletionProof, World } from "../world";
import { ownGate } from "../postgres/gate";
import { removeGates } from "../postgres/gate-triggers";
import { unpublish } from "../postgres/publication";
import { areReadOnly, dropSchema, hasSchema } from "../postgres/schema-presence";
import { subscriptionState, unsubscribe, type SubscriptionState } from "../postgres/subscription";
import { pairSides, type PairSides } from "./pair-sides";
import { recordRemovalSteps } from "./record-steps";
import { removals } from "./removals";

const MINUTE = 60_000;

/**
 * Ends the way back: nothing of the runbook is left on the target. Destroys no data, but from its first removal on,
 * what the target writes does not reach the source any more, and `rollback` is gone for good.
 *
 * On the source the application's roles stay read-only, though the gates go: an application that was forgotten there
 * must not start to write where nobody reads it. Whom a strict fence keeps out may log in again, since that holds for all
 * databases of the server.
 */
export function completePlan(world: World): Plan {
  const databases = world.databases.map(pairSides);
  const each = (work: (database: PairSides) => Promise<unknown>): Promise<void> =>
    eachDatabase(databases, work).then(() => undefined);
  const eachSide = (work: (database: PairSides, side: Side) => Promise<unknown>): Promise<void> =>
    each((database) => Promise.all(SIDES.map((side) => work(database, side))));

  /** Without a schema, a run that was cut off has completed this database: its roles are still read-only on the source. */
  const isTargetWriter = async ({ on, pair }: PairSides, signal: AbortSignal): Promise<boolean> => {
    const target = await on("target", signal);
    if (await hasSchema(target, signal)) return (await ownGate(target, "target", signal))?.open ?? false;
    return areReadOnly(await on("source", signal), pair.applicationRoles, signal);
  };
  const subscriptionOn = async (
    { on }: PairSides,
    side: Side,
    signal: AbortSignal,
  ): Promise<SubscriptionState | undefined> => subscriptionState(await on(side, signal), side, signal);

  const removing = (kinds: Parameters<typeof removals>[2]): Step["actions"] =>
    removals(databases, ({ on }, side, signal) => on(side, signal), kinds);

  const writer: Step = {
    id: "writer",
    title: "The target is the writer",
    timeout: MINUTE,
    run: ({ signal }) =>
      each(async (database) => {
        if (await isTargetWriter(database, signal)) return;
        throw new Error(
          "the source is the writer, or none: there is nothing to complete. Run `relocate cutover` first",
        );
      }),
  };

  const reverse: Step = {
    id: "reverse",
    title: "Replication back to the source has ended: there is no way back from here",
    timeout: 5 * MINUTE,
    async check({ signal }) {
      const ended = await eachDatabase(
        databases,
        async (database) =>
          (await subscriptionOn(database, "source", signal)) === undefined &&
          isTargetWriter(database, signal),
      );
      return [...ended.values()].every(Boolean);
    },
    actions: removing({ source: ["subscription"], target: ["slot"] }),
    run: ({ signal }) =>
      each(async ({ direction }) => unsubscribe(await direction("source", signal), signal)),
    // It takes several statements, and already the first one interrupts the way back.
    undo: ({ signal }) =>
      each(async (database) => {
        if ((await subscriptionOn(database, "source", signal))?.enabled) return;
        throw new CannotUndo("replication back to the source is half removed");
      }),
  };

  const forward: Step = {
    id: "forward",
    title: "Replication to the target has ended",
    timeout: 5 * MINUTE,
    actions: removing({ source: ["slot"], target: ["subscription"] }),
    run: ({ signal }) =>
      each(async ({ direction }) => unsubscribe(await direction("target", signal), signal)),
  };

  const publications: Step = {
    id: "publications",
    title: "Nothing is published any more",
    timeout: MINUTE,
    actions: removing({ source: ["publication"], target: ["publication"] }),
    run: ({ signal }) => eachSide(async ({ on }, side) => unpublish(await on(side, signal), signal)),
  };

  const gates: Step = {
    id: "gates",
    title: "The gates are gone from every table",
    timeout: 10 * MINUTE,
    actions: removing({ source: ["gate"], target: ["gate"] }),
    run: ({ signal }) =>
      eachSide(async ({ on, tables }, side) =>
        removeGates(await on(side, signal), await tables(side, signal), signal),
      ),
  };

  const schema: Step = {
    id: "schema",
    title: "The runbook's schema is gone",
    timeout: MINUTE,
    actions: removing({ source: ["schema"], target: ["schema"] }),
    run: ({ signal }) =>
      eachSide(async ({ pair, on }, side) =>
        dropSchema(await on(side, signal), side, pair.applicationRoles, signal),
      ),
    verify: ({ signal }) =>
      eachSide(async ({ on }, side) => {
        if (await hasSchema(await on(side, signal), signal))
          throw new Error(`schema relocate is still on the ${side}`);
      }),
  };

  /** Last, so that nothing may be retired which a re-run would still need. */
  const proof = (completion: CompletionProof): Step => ({
    id: "proof",
    title: "It is written down that the way back has ended",
    timeout: MINUTE,
    check: async () => isProof(await completion.read()),
    actions: () =>
      Promise.resolve(["write the proof of completion where the source's retirement asks for it"]),
    run: () => completion.write(JSON.stringify({ completedAt: new Date().toISOString() })),
    async verify() {
      const found = await completion.read();
      if (!isProof(found))
        throw new Error(`the proof says "${found}", expected JSON with completedAt: run it again`);
    },
  });

  return {
    id: "complete",
    title: "Complete: the way back ends",
    pointOfNoReturn: reverse.id,
    steps: [
      ...[writer, reverse, forward, publications, gates, schema],
      ...recordRemovalSteps(world.snapshots, { unless: "late rows" }),
      ...(world.completion ? [proof(world.completion)] : []),
    ],
    async release() {
      await Promise.all(databases.map((database) => database.close()));
    },
  };
}

/** Whether a text is what this plan writes; the parameter begins as another one. */
function isProof(text: string): boolean {
  return /^\{"completedAt":"[^"]+"\}$/.test(text);
}
