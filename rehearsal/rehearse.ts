import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "../runbook/journal";
import { postMortem } from "../runbook/post-mortem";
import type { Side } from "../runbook/side";
import { gatherBelongings, type Belongings } from "./belongings";
import { compareSides } from "./comparison";
import type { DatabaseEvidence } from "./database-verdict";
import { retireSource, runCourse } from "./course";
import { readLedger } from "./load/ledger";
import { startLoad } from "./load/load";
import { measureDelay } from "./keeping-up";
import type { Progress } from "./progress";
import { startReaper, type Reaper } from "./reaper";
import { report, type Findings, type Report } from "./report";
import { readOrders } from "./sample-orders";
import { isWorker, readShipments, shippedAll } from "./shipments";
import { buildStage, type Stage } from "./stage";
import { judge } from "./verdict";

export interface RehearsalOptions {
  /** The app command, as `app` in `cdktf.json`. */
  readonly app: string;
  /** The project's directory, where the command runs. */
  readonly project: string;
  /** Time until the last point of presence sees a change, in milliseconds. */
  readonly convergenceMs: number;
  /** Time until the last region's name servers know a changed private name, in milliseconds. */
  readonly dnsDelayMs: number;
  /** Requests per second. */
  readonly rate: number;
  /** Share of the requests that write, 0 to 1. */
  readonly writeShare: number;
  /** Latency between two regions, one way, in milliseconds. */
  readonly latencyMs: number;
  /** Number of points of presence. */
  readonly points: number;
  /** How long the load goes on after each switch, in milliseconds. */
  readonly settleMs: number;
  /** Decides arrivals and the order in which points of presence see a change. */
  readonly seed: number;
  /** Leaves the run's directory, with logs, ledger, journal, post-mortem and state. */
  readonly keep: boolean;
  readonly progress: Progress;
  /** Aborted at Ctrl-C: everything is ended, and the reason thrown. */
  readonly signal: AbortSignal;
}

/**
 * Rehearses the whole move on this machine. What goes wrong stands in the report; only an interrupt is thrown.
 *
 * @throws the signal's reason, after everything has been ended
 */
export async function rehearse(options: RehearsalOptions): Promise<Report> {
  const { progress, signal } = options;
  const belongings = gatherBelongings();
  const found: Findings = { rowsCompared: 0 };
  try {
    const directory = await mkdtemp(join(tmpdir(), "relocate-rehearsal-"));
    const reaper = startReaper();
    belongings.own("watcher", () => reaper.close());
    if (options.keep) progress.note(`logs, ledger, journal, post-mortem and state stay in ${directory}`);
    else reaper.remove(directory);
    await play({ ...options, directory, reaper, belongings }, found);
  } catch (error) {
    found.failure = describe(error);
  }
  try {
    const ended = await belongings.end();
    if (signal.aborted) progress.note(`stopped: ${ended.join(", ") || "nothing had been started"}`);
  } catch (error) {
    // Never hides what went wrong before it.
    found.failure = [found.failure, describe(error)].filter(Boolean).join("\n");
    if (signal.aborted) progress.note(describe(error));
  }
  signal.throwIfAborted();
  return report(found);
}

/** Some errors of several causes, such as Node's of a connection that was tried twice, have no text of their own. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes = error instanceof AggregateError ? error.errors.map(describe).join("; ") : error.name;
  return error.message || causes;
}

interface Place {
  readonly directory: string;
  readonly reaper: Reaper;
  readonly belongings: Belongings;
}

/** Plays the course and notes what is found as it is found, since any part of it may be the last. */
async function play(options: RehearsalOptions & Place, found: Findings): Promise<void> {
  const { directory, reaper, belongings, progress } = options;
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const stage = await buildStage({ ...options, signal });

  const journal = await openJournal(join(directory, "journal.jsonl"));
  belongings.own("journal", () => journal.close());
  const ledger = join(directory, "ledger.jsonl");
  const { rate, writeShare, seed } = options;
  const load = await startLoad({
    ...{ rate, writeShare, seed, ledger, reaper },
    urls: stage.edge.points.map(({ url }) => url),
    databases: stage.visited,
    onDeath: (reason) => broken.abort(reason),
  });
  belongings.own("visitors", () => load.kill());

  const delay = measureDelay();
  try {
    const passed = await runCourse({ ...options, stage, load, journal, signal });
    const summary = await progress.part("let the last visitors finish", () => load.stop());
    found.load = summary;
    const acknowledged = readLedger(ledger);
    const workers = stage.regions.services.filter(isWorker);
    if (workers.length > 0) {
      await progress.part("let the workers finish", () => shippedAll(workers, acknowledged, signal));
    }
    found.verdict = await progress.part("check every acknowledged order on both sides", async () => {
      const { rows, differences } = await compareSides(stage.world, signal);
      found.rowsCompared = rows;
      return judge({
        ...passed,
        ledger: acknowledged,
        sideOfServer: sidesByServer(stage),
        databases: await readDatabases(stage),
        work: { ...readShipments(workers), shifts: stage.jobs.shifts() },
        load: summary,
        differences,
      });
    });
    // Nobody gives the source up on a doubt.
    if (found.verdict.faults.length === 0) await retireSource({ stage, journal, progress, signal });
  } catch (error) {
    found.load ??= load.counts();
    throw error;
  } finally {
    found.delay = delay();
    const { workload, sourceRegion, targetRegion } = stage.stacks.part("standby");
    const facts = { workload, source: sourceRegion, target: targetRegion };
    await writeFile(join(directory, "post-mortem.md"), postMortem(journal.entries, facts));
  }
}

function readDatabases({ world, visited }: Stage): Promise<DatabaseEvidence[]> {
  const pairs = world.databases.filter(({ name }) => visited.includes(name));
  return Promise.all(
    pairs.map(async (pair) => {
      const [source, target] = await Promise.all([readOrders(pair, "source"), readOrders(pair, "target")]);
      const { name, strategy, endpoint } = pair;
      return { name, strategy, discovery: endpoint.kind, orders: { source, target } };
    }),
  );
}

/** By address and port: a server tells these to whoever asks it, whatever way it was reached by. */
function sidesByServer({ regions, stacks }: Stage): Record<string, Side> {
  const { sourceRegion } = stacks.part("standby");
  const servers = regions.clusters.map(({ place, localPort }): [string, Side] => [
    `127.0.0.1:${localPort}`,
    place.region === sourceRegion ? "source" : "target",
  ]);
  return Object.fromEntries(servers);
}
