import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabasePair } from "../../../runbook/world";
import { compareSides } from "../../../rehearsal/comparison";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import type { SwitchLimits } from "../../../runbook/plans/switch-limits";
import type { PlanResult } from "../../../runbook/result";
import { SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import { APPLICATION, OPERATOR, pairOn, type Clusters } from "../../runbook/clusters";
import { migrateBoth, settled } from "../../runbook/plans/course";
import { audit, startWriters, type Writers } from "../../runbook/writers";
import { createWorld, sharedWorld, type SharedWorld } from "./file-world";
import type { Observed } from "./observer-process";
import type { Fate, Moment } from "./victim";

/** A test does not wait for the lag to stay low, and waits for its own transactions as long as it likes. */
export const LIMITS: Partial<SwitchLimits> = { steadyLag: 20, olderTransactions: 30_000 };

/** One database in replication, with a journal and an operator. */
export interface Ground {
  readonly shared: SharedWorld;
  readonly world: World;
  readonly journal: string;
  /** Has applications write from now on; returns when the writer has acknowledged something. */
  load(writer: Side): Promise<void>;
  /** Resolves when a write has been acknowledged by a side from now on. */
  wroteOn(side: Side): Promise<void>;
  plan(to: Side): Plan;
  run(plan: Plan, signal?: AbortSignal): Promise<PlanResult>;
  /** Has a switch killed in a process of its own. */
  killAt(to: Side, step: string, when: Moment): Promise<void>;
  /**
   * Has a switch made by a process of its own.
   *
   * @param limit for that process, such as `ulimit -f 1`. @default - none
   */
  elsewhere(to: Side, limit?: string): Promise<PlanResult>;
  /** Ends the load and asks for all that was ever acknowledged, on both sides; they must be equal. */
  expectNothingLost(): Promise<void>;
  close(): Promise<void>;
}

const typescript = (script: string) => [
  "-r",
  "ts-node/register/transpile-only",
  join(__dirname, `${script}.ts`),
];

/** Has a runbook killed in a process of its own. */
export async function die(fate: Fate & Required<Pick<Fate, "killed">>): Promise<void> {
  const { said, signal } = await meet(fate);
  const { step, when } = fate.killed;
  if (signal !== "SIGKILL") throw new Error(`not killed ${when} ${step}: ${said}`);
}

async function meet(fate: Fate, limit?: string): Promise<{ said: string; signal: NodeJS.Signals | null }> {
  const list = [...typescript("victim"), JSON.stringify(fate)];
  const child =
    limit === undefined
      ? spawn(process.execPath, list)
      : spawn("sh", ["-c", `${limit}; exec "$0" "$@"`, process.execPath, ...list]);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(child, "close");
  return { said, signal: child.signalCode };
}

/**
 * Makes databases on both sides and brings them into replication.
 *
 * @param isNamed whether applications find the writer by a name. @default false
 */
export async function prepareGrounds(
  clusters: Clusters,
  databases: readonly string[],
  changed: (database: string) => Partial<DatabasePair> = () => ({}),
  isNamed = false,
): Promise<Ground[]> {
  // One after the other: the first one makes the role that they all have.
  for (const database of databases) await migrateBoth(clusters, database);
  return Promise.all(databases.map((database) => groundOn(clusters, database, changed(database), isNamed)));
}

async function groundOn(
  clusters: Clusters,
  database: string,
  changed: Partial<DatabasePair>,
  isNamed: boolean,
): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), "relocate-faults-"));
  const journal = join(directory, "journal.jsonl");
  const plain = pairOn(clusters, database);
  const shared: SharedWorld = {
    ...{ directory, database, isNamed },
    conninfo: { source: await plain.conninfo("source"), target: await plain.conninfo("target") },
    application: APPLICATION,
    operator: {
      source: clusters.source.config(OPERATOR, database),
      target: clusters.target.config(OPERATOR, database),
    },
  };
  createWorld(shared);
  const world = sharedWorld(shared, changed);
  const run = async (plan: Plan, signal = new AbortController().signal): Promise<PlanResult> => {
    const opened = await openJournal(journal);
    try {
      return await runPlan(plan, { journal: opened, signal });
    } finally {
      await opened.close();
    }
  };
  const started = await run(startPlan(world));
  if (started.outcome !== "done") throw new Error(`start: ${started.outcome}: ${started.cause}`);
  const fate = (to: Side): Fate => ({ world: shared, to, journal, limits: LIMITS });
  const loads: Writers[] = [];
  const wroteOn = async (side: Side): Promise<void> => {
    const now = loads.at(-1);
    if (!now) throw new Error("nobody writes");
    await now.wroteOn(side);
  };
  const endLoad = () => Promise.all(loads.map((writers) => writers.stop()));
  return {
    ...{ shared, world, journal, run, wroteOn },
    async load(writer) {
      loads.push(startWriters(clusters, database, 2));
      await wroteOn(writer);
    },
    plan: (to) => (to === "target" ? cutoverPlan(world, LIMITS) : rollbackPlan(world, LIMITS)),
    killAt: (to, step, when) => die({ ...fate(to), killed: { step, when } }),
    async elsewhere(to, limit) {
      const { said } = await meet(fate(to), limit);
      return JSON.parse(said) as PlanResult;
    },
    async expectNothingLost() {
      await endLoad();
      await settled(clusters, database);
      const ledger = loads.flatMap((writers) => writers.ledger);
      for (const side of SIDES) {
        const found = await audit(clusters, side, database, ledger);
        expect({ database, side, ...found }).toEqual({ database, side, lost: 0, duplicated: 0 });
      }
      const { differences } = await compareSides(world, new AbortController().signal);
      expect(differences).toEqual([]);
    },
    async close() {
      await endLoad();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Watches all databases from a process of its own, from now on. */
export function startObserver(grounds: readonly Pick<Ground, "shared">[]): { stop(): Promise<Observed> } {
  const configs = Object.fromEntries(grounds.map(({ shared }) => [shared.database, shared.operator]));
  const child = spawn(process.execPath, [...typescript("observer-process"), JSON.stringify(configs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  // Listened for from now on: one that dies early is not waited for in vain.
  const closed = once(child, "close");
  child.stdin.on("error", () => undefined);
  return {
    async stop() {
      child.stdin.end();
      await closed;
      if (said === "") throw new Error("the observer has died");
      return JSON.parse(said) as Observed;
    },
  };
}
