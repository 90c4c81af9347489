import { setTimeout as pause } from "node:timers/promises";
import { otherSide, SIDES, type Side } from "../side";
import type { Step, StepContext } from "../step";
import { countFailures } from "../postgres/copy-failures";
import { markerAction, sendMarker } from "../postgres/marker";
import { filledTables } from "../postgres/preflight/filled-target";
import { slotWatch, stopInTime, type SlotLimits } from "../postgres/slot-watch";
import { subscribe, subscriptionName, subscriptionState, unsubscribe } from "../postgres/subscription";
import { newToken } from "../postgres/token";
import type { StartedDatabase, StartedDatabases } from "./started-database";

const MINUTE = 60_000;
/** A first copy takes as long as it takes: terabytes go through one connection. In milliseconds. */
const COPY = 7 * 24 * 60 * MINUTE;
/** Between two looks at what the slots keep, in milliseconds. */
const WATCH = 5_000;
/** A replica receives, too. */
const TARGET: Side = "target";
/** Failures, while no table more comes to its end, after which a copy is given up: the server tries again by itself every few seconds. */
const MOST_ERRORS = 5;

/**
 * Replication both ways, with every row that there is. A replica that is not promoted yet has them all.
 *
 * @param limits of the log that the publisher keeps meanwhile: beyond them the copy is given up, before its disk is full
 */
export function replicationStartSteps(
  { each, takeBack, tell }: StartedDatabases,
  limits: SlotLimits,
): Step[] {
  const joined = async ({ sides }: StartedDatabase, signal: AbortSignal): Promise<boolean> =>
    (await sides(signal)).includes("target");

  /** Sides that rows are brought to. */
  const receivers = async (database: StartedDatabase, signal: AbortSignal): Promise<readonly Side[]> => {
    if (!(await joined(database, signal))) return [];
    const { bothWays, writer } = await database.standing(signal);
    return bothWays ? SIDES : SIDES.filter((side) => side !== writer);
  };

  const subscription = (to: Side, title: string): Step => ({
    id: to === "target" ? "forward" : "reverse",
    title,
    timeout: 10 * MINUTE,
    // No check: the login that a subscription holds can be read by superusers only, and may be out of date. Giving it anew is cheap.
    run: (context) =>
      each(async (database) => {
        const { signal } = context;
        if (!(await receivers(database, signal)).includes(to)) return;
        const { pair, direction } = database;
        const { writer } = await database.standing(signal);
        // The rows that count are those of the writer, also in tables that came after a cutover.
        const isCopied = to !== writer;
        if (isCopied) await refuseFilled(database, to, signal);
        await subscribe(await direction(to, signal), pair, isCopied, signal);
        if (to === "source" && isCopied) await waitForCopy(database, to, limits, context);
      }),
    actions: ({ signal }) =>
      tell(async (database) => {
        if (!(await receivers(database, signal)).includes(to)) return [];
        const stands = await subscriptionState(await database.on(to, signal), to, signal);
        const verb = stands ? "ALTER" : "CREATE";
        const { writer, bothWays } = await database.standing(signal);
        const origin = bothWays ? ", origin = none" : "";
        return [
          `${to}: ${verb} SUBSCRIPTION ${subscriptionName(to)} PUBLICATION relocate WITH (copy_data = ${to !== writer}${origin})`,
        ];
      }),
    undo: takeBack(async (database, signal) => {
      if (await joined(database, signal)) await unsubscribe(await database.direction(to, signal), signal);
    }),
  });

  const copied: Step = {
    id: "copied",
    title: "The target has all rows",
    timeout: COPY,
    run: (context) =>
      each(async (database) => {
        const sides = await receivers(database, context.signal);
        if (sides.includes("target")) await waitForCopy(database, "target", limits, context);
      }),
  };

  const proven: Step = {
    id: "proven",
    title: "Replication carries rows both ways",
    timeout: 2 * MINUTE,
    run: ({ signal }) =>
      each(async (database) => {
        const proven = (await joined(database, signal)) ? await receivers(database, signal) : [TARGET];
        await Promise.all(proven.map((to) => prove(database, to, signal)));
      }),
    actions: ({ signal }) =>
      tell(async (database) => {
        const proven = (await joined(database, signal)) ? await receivers(database, signal) : [TARGET];
        return proven.map((to) => markerAction(otherSide(to), to));
      }),
  };

  return [
    subscription("target", "Rows go from the source to the target"),
    copied,
    subscription("source", "Rows go back from the target to the source"),
    proven,
  ];
}

async function prove({ direction }: StartedDatabase, to: Side, signal: AbortSignal): Promise<void> {
  const { subscriber, publisher } = await direction(to, signal);
  const flight = { sender: publisher, receiver: subscriber, token: newToken("start"), patience: MINUTE };
  if ((await sendMarker(flight, signal)) !== undefined) return;
  throw new Error(`no row has come to the ${to} within a minute: see the log of the ${to}'s server`);
}

/** Between the preflight and the closing of a side's gate something may have written there. */
async function refuseFilled({ on, tables }: StartedDatabase, to: Side, signal: AbortSignal): Promise<void> {
  const filled = await filledTables(await on(to, signal), to, await tables(to, signal), signal);
  if (filled.length === 0) return;
  throw new Error(`the copy would add to what is in ${filled.join(", ")} on the ${to}: empty it there`);
}

async function waitForCopy(
  database: StartedDatabase,
  to: Side,
  limits: SlotLimits,
  context: StepContext,
): Promise<void> {
  const { signal } = context;
  const { name, on } = database;
  const failures = countFailures(to);
  let least = Infinity;
  let before = 0;
  for (let watched = 0; ;) {
    if (performance.now() >= watched) {
      await watchSlots(database, to, limits, context);
      watched = performance.now() + WATCH;
    }
    const subscriber = await on(to, signal);
    const state = await subscriptionState(subscriber, to, signal);
    if (!state) throw new Error("the subscription is gone: somebody dropped it");
    context.observe(`${name}.tablesToCopy`, state.copying);
    if (state.copying === 0) return;
    const failed = await failures(subscriber, signal);
    if (state.copying < least) {
      least = state.copying;
      before = failed;
    }
    if (failed - before >= MOST_ERRORS) {
      throw new Error(`${state.copying} tables cannot be copied: the log of the ${to}'s server says why`);
    }
    await pause(200, undefined, { signal });
  }
}

/** What is in service already is not given up by a start: there it only tells. */
async function watchSlots(
  database: StartedDatabase,
  to: Side,
  limits: SlotLimits,
  context: StepContext,
): Promise<void> {
  const { signal } = context;
  const { publisher } = await database.direction(to, signal);
  const { isInService } = await database.standing(signal);
  const slots = await (isInService ? slotWatch : stopInTime)(publisher, limits, signal);
  const retained = Math.round(Math.max(0, ...slots.map(({ retainedBytes }) => retainedBytes)) / 2 ** 20);
  context.observe(`${database.name}.retainedMib`, retained);
  const stopped = slots.filter(({ verdict }) => verdict === "stop").map(({ reason }) => reason);
  if (stopped.length === 0 || isInService) return;
  throw new Error(
    `the copy is given up, before the ${otherSide(to)}'s disk is in danger: ${stopped.join("; ")}`,
  );
}
