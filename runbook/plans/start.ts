import { setTimeout as pause } from "node:timers/promises";
import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import { SIDES, type Side } from "../side";
import type { Plan, Step, StepContext } from "../step";
import type { World } from "../world";
import { installGates, removeGates } from "../postgres/gate-triggers";
import { sendMarker } from "../postgres/marker";
import { isPublished, publish, unpublish } from "../postgres/publication";
import { canLogIn, ensureRole } from "../postgres/roles";
import { dropSchema, hasSchema, installSchema } from "../postgres/schema-presence";
import { readStanding, type Standing } from "../postgres/standing";
import { filledTables } from "../postgres/preflight/filled-target";
import { blocking, describeFinding } from "../postgres/preflight/finding";
import { startFindings } from "../postgres/start-preflight";
import { subscribe, subscriptionState, unsubscribe } from "../postgres/subscription";
import { newToken } from "../postgres/token";
import { pairSides, type PairSides } from "./pair-sides";

const MINUTE = 60_000;
/** A first copy takes as long as it takes: terabytes go through one connection. In milliseconds. */
const COPY = 7 * 24 * 60 * MINUTE;
/** Failures in a row after which a copy is given up: the server tries again by itself every few seconds. */
const MOST_ERRORS = 5;

/**
 * Puts every database into replication both ways, and a gate before every table: open on the source, closed on the
 * target. The source serves on all the while. Undone, it leaves no trace but roles on the target.
 *
 * The tables must be on the target already, empty. Run again over replication that stands, it adds what came since,
 * and takes nothing back when it fails: without its gates the side that is closed would take writes.
 */
export function startPlan(world: World): Plan {
  const databases = world.databases.map(pairSides);
  const each = (work: (database: PairSides) => Promise<unknown>): Promise<void> =>
    eachDatabase(databases, work).then(() => undefined);
  const eachSide = (work: (database: PairSides, side: Side) => Promise<unknown>): Promise<void> =>
    each((database) => Promise.all(SIDES.map((side) => work(database, side))));
  const all = async (ask: (database: PairSides) => Promise<boolean>): Promise<boolean> =>
    [...(await eachDatabase(databases, ask)).values()].every(Boolean);

  const standings = new Map<PairSides, Standing>();
  /** As this run has found it: asked by its first step. */
  const standingOf = async (database: PairSides, signal: AbortSignal): Promise<Standing> => {
    const [source, target] = await Promise.all(SIDES.map((side) => database.on(side, signal)));
    if (!source || !target) throw new Error("both sides were asked, and one gave no answer");
    const standing = standings.get(database) ?? (await readStanding({ source, target }, signal));
    standings.set(database, standing);
    return standing;
  };
  /** Only what this run has made: what stood before it is in service. */
  const takeBack =
    (work: (database: PairSides, signal: AbortSignal) => Promise<unknown>) =>
    async ({ signal }: StepContext): Promise<void> => {
      const found = await eachDatabase(databases, (database) => standingOf(database, signal));
      const made = databases.filter(({ name }) => !found.get(name)?.isInService);
      if (made.length === 0) throw new CannotUndo("replication stood before this run, and stays as it is");
      await eachDatabase(made, (database) => work(database, signal));
    };
  const takeBackBoth = (work: (database: PairSides, side: Side, signal: AbortSignal) => Promise<unknown>) =>
    takeBack((database, signal) => Promise.all(SIDES.map((side) => work(database, side, signal))));

  const preflight: Step = {
    id: "preflight",
    title: "Both sides can be replicated",
    timeout: MINUTE,
    async run({ signal }) {
      const findings = await eachDatabase(databases, async (database) => {
        const { pair, on } = database;
        await standingOf(database, signal);
        return startFindings(
          pair,
          { source: await on("source", signal), target: await on("target", signal) },
          signal,
        );
      });
      const lines = [...findings].flatMap(([name, found]) =>
        blocking(found).map((finding) => `  ${name}: ${describeFinding(finding)}`),
      );
      if (lines.length > 0) throw new Error(["replication cannot be started:", ...lines].join("\n"));
    },
  };

  const roles: Step = {
    id: "roles",
    title: "The application can log in to the target",
    timeout: MINUTE,
    check: ({ signal }) =>
      all(async ({ pair }) => {
        const refusals = await Promise.all(
          pair.applicationRoles.map((role) => canLogIn(pair, "target", role, signal)),
        );
        return refusals.every((refusal) => refusal === undefined);
      }),
    run: ({ signal }) =>
      each(async ({ pair, on }) => {
        for (const role of pair.applicationRoles) {
          await ensureRole(await on("target", signal), role, await pair.applicationPassword(role), signal);
        }
      }),
    verify: ({ signal }) =>
      each(async ({ pair }) => {
        for (const role of pair.applicationRoles) {
          const refusal = await canLogIn(pair, "target", role, signal);
          if (refusal !== undefined)
            throw new Error(`the application cannot log in to the target: ${refusal}`);
        }
      }),
  };

  const schema: Step = {
    id: "schema",
    title: "The gates are there: open on the source, closed on the target",
    timeout: MINUTE,
    // Functions may have changed with the release; making them again is one statement.
    run: ({ signal }) =>
      eachSide(async ({ pair, on }, side) =>
        installSchema(await on(side, signal), side, pair.applicationRoles, signal),
      ),
    verify: ({ signal }) =>
      eachSide(async ({ on }, side) => {
        if (!(await hasSchema(await on(side, signal), signal))) throw new Error(`no gate on the ${side}`);
      }),
    undo: takeBackBoth(async ({ pair, on }, side, signal) =>
      dropSchema(await on(side, signal), side, pair.applicationRoles, signal),
    ),
  };

  const gates: Step = {
    id: "gates",
    title: "Every table asks its gate",
    timeout: 10 * MINUTE,
    check: ({ signal }) =>
      all(async ({ tables }) => {
        const both = await Promise.all(SIDES.map((side) => tables(side, signal)));
        return both.flat().every(({ gate }) => gate === "enabled");
      }),
    run: ({ signal }) =>
      eachSide(async ({ on, tables }, side) =>
        installGates(await on(side, signal), await tables(side, signal), signal),
      ),
    undo: takeBackBoth(async ({ on, tables }, side, signal) =>
      removeGates(await on(side, signal), await tables(side, signal), signal),
    ),
  };

  const publications: Step = {
    id: "publications",
    title: "Both sides publish their tables",
    timeout: MINUTE,
    check: ({ signal }) =>
      all(async ({ on, tables }) => {
        const both = SIDES.map(async (side) =>
          isPublished(await on(side, signal), await tables(side, signal), signal),
        );
        return (await Promise.all(both)).every(Boolean);
      }),
    run: ({ signal }) =>
      eachSide(async ({ on, tables }, side) =>
        publish(await on(side, signal), await tables(side, signal), signal),
      ),
    undo: takeBackBoth(async ({ on }, side, signal) => unpublish(await on(side, signal), signal)),
  };

  const subscription = (to: Side, title: string): Step => ({
    id: to === "target" ? "forward" : "reverse",
    title,
    timeout: 10 * MINUTE,
    // No check: the login that a subscription holds can be read by superusers only, and may be out of date. Giving it anew is cheap.
    run: (context) =>
      each(async (database) => {
        const { signal } = context;
        const { pair, on, tables, direction } = database;
        const { writer } = await standingOf(database, signal);
        // The rows that count are those of the writer, also in tables that came after a cutover.
        const isCopied = to !== writer;
        if (to === "target" && isCopied) {
          // Between the preflight and the closing of the target's gate something may have written there.
          const filled = await filledTables(
            await on("target", signal),
            await tables("target", signal),
            signal,
          );
          if (filled.length > 0) {
            throw new Error(
              `the copy would add to what is in ${filled.join(", ")} on the target: TRUNCATE there`,
            );
          }
        }
        await subscribe(await direction(to, signal), await pair.conninfo(to), isCopied, signal);
        if (to === "source" && isCopied) await waitForCopy(database, to, context);
      }),
    undo: takeBack(async ({ direction }, signal) => unsubscribe(await direction(to, signal), signal)),
  });

  const copied: Step = {
    id: "copied",
    title: "The target has all rows",
    timeout: COPY,
    run: (context) => each((database) => waitForCopy(database, "target", context)),
  };

  const proven: Step = {
    id: "proven",
    title: "Replication carries rows both ways",
    timeout: 2 * MINUTE,
    run: ({ signal }) =>
      eachSide(async ({ direction }, to) => {
        const { subscriber, publisher } = await direction(to, signal);
        const flight = {
          sender: publisher,
          receiver: subscriber,
          token: newToken("start"),
          patience: MINUTE,
        };
        if ((await sendMarker(flight, signal)) !== undefined) return;
        throw new Error(`no row has come to the ${to} within a minute: see the log of the ${to}'s server`);
      }),
  };

  return {
    id: "start",
    title: "Start: both sides in replication",
    steps: [
      preflight,
      roles,
      schema,
      gates,
      publications,
      subscription("target", "Rows go from the source to the target"),
      copied,
      subscription("source", "Rows go back from the target to the source"),
      proven,
    ],
    async release() {
      await Promise.all(databases.map((database) => database.close()));
    },
  };
}

async function waitForCopy({ name, on }: PairSides, to: Side, context: StepContext): Promise<void> {
  const { signal } = context;
  let first: number | undefined;
  for (;;) {
    const state = await subscriptionState(await on(to, signal), to, signal);
    if (!state) throw new Error("the subscription is gone: somebody dropped it");
    context.observe(`${name}.tablesToCopy`, state.copying);
    if (state.copying === 0) return;
    first ??= state.errors;
    if (state.errors - first >= MOST_ERRORS) {
      throw new Error(`${state.copying} tables cannot be copied: the log of the ${to}'s server says why`);
    }
    await pause(200, undefined, { signal });
  }
}
