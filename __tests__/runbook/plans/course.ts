import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { sendMarker } from "../../../runbook/postgres/marker";
import { connect } from "../../../runbook/postgres/session";
import type { PlanProgress, PlanResult } from "../../../runbook/result";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import type { Plan, StepContext } from "../../../runbook/step";
import { APPLICATION, migrate, OPERATOR, type Clusters } from "../clusters";
import { audit, type Writers } from "../writers";
import type { SwitchProcess } from "./switch-process";

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

/** Resolves when the slot of a database's way to the target is there: the server is at work on CREATE SUBSCRIPTION. */
export const slotIsThere = ({ source }: Clusters, database: string): Promise<void> =>
  source.as("postgres", database, async (client) => {
    const name = `relocate_to_target_${database}`;
    const look = () => client.query("SELECT FROM pg_replication_slots WHERE slot_name = $1", [name]);
    while ((await look()).rowCount === 0) await pause(5);
  });

/** A switch in a process of its own, about to close the gate. */
export interface SwitchElsewhere {
  /** Lets it go on; resolves when the process has. */
  goOn(): void;
  kill(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** @default - it was killed before it came to one */
  readonly result: Promise<PlanResult | undefined>;
}

/** Starts one, and returns when it is ready. */
export async function switchElsewhere(
  clusters: Clusters,
  fate: Pick<SwitchProcess, "to" | "journal" | "database"> & Partial<SwitchProcess>,
): Promise<SwitchElsewhere> {
  const operator = {
    source: clusters.source.config(OPERATOR, fate.database),
    target: clusters.target.config(OPERATOR, fate.database),
  };
  const argument = JSON.stringify({ operator, application: APPLICATION, ...fate } satisfies SwitchProcess);
  const script = ["-r", "ts-node/register/transpile-only", join(__dirname, "switch-process.ts"), argument];
  const child = spawn(process.execPath, script);
  child.stderr.pipe(process.stderr);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const result = once(child, "close").then(() => {
    const [, text] = output.split("\n");
    return text ? (JSON.parse(text) as PlanResult) : undefined;
  });
  await Promise.race([once(child.stdout, "data"), result]);
  return {
    goOn: () => void child.stdin.write("go\n"),
    kill: (signal) => void child.kill(signal),
    result,
  };
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

/**
 * Everything that was written before has arrived when this returns.
 *
 * @param senders sides whose rows are brought to the other. @default - both
 */
export async function settled(
  clusters: Clusters,
  database: string,
  senders: readonly Side[] = SIDES,
): Promise<void> {
  const signal = new AbortController().signal;
  for (const side of senders) {
    const sender = await connect(clusters[side].config(OPERATOR, database), signal);
    const receiver = await connect(clusters[otherSide(side)].config(OPERATOR, database), signal);
    const token = `settled-${side}-${Date.now()}`;
    const seen = await sendMarker({ sender, receiver, token, patience: 20_000 }, signal);
    await Promise.all([sender.close(), receiver.close()]);
    if (seen === undefined) throw new Error(`replication from the ${side} stands still`);
  }
}

/**
 * Ends the load, and finds every write that was acknowledged on both sides, once.
 *
 * @param senders as for `settled`
 */
export async function expectNothingLost(
  clusters: Clusters,
  database: string,
  writers: Pick<Writers, "stop" | "ledger"> | undefined,
  senders: readonly Side[] = SIDES,
): Promise<void> {
  await writers?.stop();
  await settled(clusters, database, senders);
  for (const side of SIDES) {
    expect(await audit(clusters, side, database, writers?.ledger ?? [])).toEqual({ lost: 0, duplicated: 0 });
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
