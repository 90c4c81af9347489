import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { sendMarker } from "../../../runbook/postgres/marker";
import { connect } from "../../../runbook/postgres/session";
import type { PlanProgress, PlanResult } from "../../../runbook/result";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import type { Plan, StepContext } from "../../../runbook/step";
import { APPLICATION, migrate, OPERATOR, type Clusters } from "../clusters";
import type { Doom } from "./doomed";

/** Runs plans one after the other over one journal, like an operator. */
export interface Operator {
  readonly journal: string;
  run(plan: Plan, onProgress?: (progress: PlanProgress) => void, signal?: AbortSignal): Promise<PlanResult>;
  close(): void;
}

export function operator(): Operator {
  const directory = mkdtempSync(join(tmpdir(), "relocate-runbook-"));
  const file = join(directory, "journal.jsonl");
  return {
    journal: file,
    async run(plan, onProgress, signal = new AbortController().signal) {
      const journal = await openJournal(file);
      try {
        return await runPlan(plan, { journal, signal, onProgress });
      } finally {
        await journal.close();
      }
    },
    close: () => rmSync(directory, { recursive: true }),
  };
}

/** Runs a switch in a process that is killed in the middle of a step. */
export async function killedAt(
  clusters: Clusters,
  doom: Omit<Doom, "operator" | "application">,
): Promise<void> {
  const operator = {
    source: clusters.source.config(OPERATOR, doom.database),
    target: clusters.target.config(OPERATOR, doom.database),
  };
  const argument = JSON.stringify({ ...doom, operator, application: APPLICATION } satisfies Doom);
  const child = spawn(
    process.execPath,
    ["-r", "ts-node/register/transpile-only", join(__dirname, "doomed.ts"), argument],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  await once(child, "exit");
  if (child.signalCode !== "SIGKILL") throw new Error(`not killed at ${doom.step}: ${complaint}`);
}

/** The plan, with something else happening right after a step has run. */
export function withEvent(plan: Plan, id: string, happens: () => Promise<unknown>): Plan {
  const steps = plan.steps.map((step) =>
    step.id === id
      ? {
          ...step,
          run: (context: StepContext) =>
            step
              .run(context)
              .then(happens)
              .then(() => undefined),
        }
      : step,
  );
  return { ...plan, steps };
}

export async function migrateBoth(clusters: Clusters, database: string): Promise<void> {
  await Promise.all(SIDES.map((side) => migrate(clusters[side], database)));
}

/** Everything that was written before has arrived on both sides when this returns. */
export async function settled(clusters: Clusters, database: string): Promise<void> {
  const signal = new AbortController().signal;
  for (const side of SIDES) {
    const sender = await connect(clusters[side].config(OPERATOR, database), signal);
    const receiver = await connect(clusters[otherSide(side)].config(OPERATOR, database), signal);
    const token = `settled-${side}-${Date.now()}`;
    const seen = await sendMarker({ sender, receiver, token, patience: 20_000 }, signal);
    await Promise.all([sender.close(), receiver.close()]);
    if (seen === undefined) throw new Error(`replication from the ${side} stands still`);
  }
}

/** Which sides take a write of the application now. */
export async function openSides(clusters: Clusters, database: string): Promise<Side[]> {
  const open = await Promise.all(
    SIDES.map((side) =>
      clusters[side].as("postgres", database, async (client) => {
        const { rows } = await client.query<{ open: boolean }>("SELECT open FROM relocate.gate");
        return rows[0]?.open ? side : undefined;
      }),
    ),
  );
  return open.filter((side) => side !== undefined);
}

/** All that the runbook puts into a database or server. */
export async function traces(clusters: Clusters, side: Side, database: string): Promise<string[]> {
  return clusters[side].as("postgres", database, async (client) => {
    const { rows } = await client.query<{ trace: string }>(`
      SELECT trace FROM pg_database d, LATERAL (SELECT 'schema' AS trace FROM pg_namespace WHERE nspname = 'relocate'
      UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'relocate%'
      UNION ALL SELECT 'publication ' || pubname FROM pg_publication
      UNION ALL SELECT 'subscription ' || subname FROM pg_subscription WHERE subdbid = d.oid
      UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = d.datname
      UNION ALL SELECT 'setting ' || unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid) all_traces
       WHERE d.datname = current_database() ORDER BY 1`);
    return rows.map(({ trace }) => trace);
  });
}
