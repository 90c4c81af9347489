import { setTimeout as pause } from "node:timers/promises";
import { eachDatabase } from "../each-database";
import { login } from "../postgres/sessions";
import { otherSide, type Side } from "../side";
import type { Plan, Step, StepContext } from "../step";
import { finalPass, planFinalPass } from "../verification/final-pass";
import type { Verification } from "../verification/result";
import type { DatabasePair } from "../world";
import { insertAfter } from "./insert-after";

/** What is kept of verifications from one command to the next. */
export interface KeptVerifications {
  /** The last whole one of a database. @returns undefined when there was none */
  last(database: string): Promise<Verification | undefined>;
  keep(found: Verification): Promise<void>;
}

/** For all that was written since, before the hold and again after it, in milliseconds. Beyond it the pass is left out, and told. */
const BUDGET = 60_000;
/** For what a step does besides, in milliseconds. */
const MARGIN = 30_000;
/**
 * How long an idle session may keep to itself what it has written, in milliseconds: PGSTAT_IDLE_INTERVAL of PostgreSQL's
 * `src/backend/utils/activity/pgstat.c` is 10 s.
 */
const UNCOUNTED = 11_000;
/** Between two looks for such sessions, in milliseconds. */
const LOOK = 250;

/**
 * Adds a final pass of the verification to a switch: what was written since the last one is compared before writers are held,
 * and what was written since that after the switch. Never inside the hold (decision 017). A cutover to a side that is known to
 * lack rows is refused; rows that are found to differ after a switch leave the plan unfinished, and are told. A rollback is not
 * kept waiting: it has the second pass alone.
 *
 * Where a database was never verified there is nothing to go on from, and nothing is done.
 */
export function withFinalPass(
  plan: Plan,
  databases: readonly DatabasePair[],
  to: Side,
  kept: KeptVerifications,
): Plan {
  const before: Step = {
    id: "verified",
    title: "What was written since the last verification is compared",
    timeout: BUDGET + MARGIN,
    run: (context) =>
      passAll(databases, kept, context, ": make them alike, or remove the verification's file"),
    actions: ({ signal }) => tellAll(databases, kept, signal),
  };
  const again: Step = {
    id: "verified-after",
    title: "What was written until the switch is compared",
    timeout: BUDGET + UNCOUNTED + MARGIN,
    async run(context) {
      await eachDatabase(databases, async (pair) => {
        if (await kept.last(pair.name)) await counted(pair, otherSide(to), context.signal);
      });
      await passAll(databases, kept, context);
    },
    actions: () =>
      Promise.resolve(
        databases.map(({ name }) => `${name}: the same again, for what was written until then`),
      ),
  };
  const { steps, ...rest } = to === "target" ? insertAfter(plan, "preflight", [before]) : plan;
  return { ...rest, steps: [...steps, again] };
}

async function passAll(
  databases: readonly DatabasePair[],
  kept: KeptVerifications,
  context: StepContext,
  fix = "",
): Promise<void> {
  const { signal } = context;
  const found = await eachDatabase(databases, async (pair) => {
    const since = await kept.last(pair.name);
    if (!since) return undefined;
    const pass = await finalPass(pair, since, BUDGET, signal);
    if (pass.outcome !== "verified") {
      const { tables, estimatedMs } = pass.decision;
      const about = estimatedMs === undefined ? "" : `, about ${Math.round(estimatedMs / 1000)} s`;
      context.observe(
        `${pair.name}.verification`,
        `${pass.outcome}: ${tables.length} tables to be read${about}`,
      );
      return undefined;
    }
    await kept.keep(pass.verification);
    context.observe(`${pair.name}.verification`, pass.verification.verdict);
    return pass.verification.verdict === "different" ? pass.verification : undefined;
  });
  const different = [...found.values()].filter((one) => one !== undefined);
  if (different.length > 0) throw new Error(different.map((one) => describeDifference(one, fix)).join("\n"));
}

/** Without the rows' keys, which hold data, and the journal is for everybody. */
function describeDifference({ database, tables }: Verification, fix: string): string {
  const lines = tables
    .filter(({ verdict }) => verdict === "different")
    .map(
      ({ table, differences, more, fault }) =>
        `  ${table}: ${fault ?? `${differences.length}${more ? " or more" : ""} rows differ`}`,
    );
  return [`${database}: the sides differ; \`relocate verify\` names the rows${fix}`, ...lines].join("\n");
}

async function tellAll(
  databases: readonly DatabasePair[],
  kept: KeptVerifications,
  signal: AbortSignal,
): Promise<string[]> {
  const told = await eachDatabase(databases, async (pair) => {
    const since = await kept.last(pair.name);
    if (!since) return [];
    const { fits, tables } = await planFinalPass(pair, since, BUDGET, signal);
    const what = `${tables.length} tables that were written since ${since.endedAt}`;
    return [`${pair.name}: ${fits ? "compare" : "leave out, as it takes longer than 60 s,"} ${what}`];
  });
  return [...told.values()].flat();
}

/** Waits until a side's counters tell of every write: at once when the sessions that wrote have ended. */
async function counted(pair: DatabasePair, side: Side, signal: AbortSignal): Promise<void> {
  const session = await login(pair, side, signal);
  try {
    for (const until = performance.now() + UNCOUNTED; performance.now() < until;) {
      const [row] = await session.query<{ writers: number }>(
        signal,
        "SELECT count(*)::integer AS writers FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY ($1)",
        [pair.applicationRoles],
      );
      if (row?.writers === 0) return;
      await pause(LOOK, undefined, { signal });
    }
  } finally {
    await session.close();
  }
}
