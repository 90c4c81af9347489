import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import type { PlanResult } from "../../../runbook/result";
import type { Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { Strategy, World } from "../../../runbook/world";
import { APPLICATION, OPERATOR } from "../../runbook/clusters";
import { openSides } from "../../runbook/plans/course";
import { startReplicated, type Replicated } from "../../runbook/plans/replicated";
import { createWorld, sharedWorld, type SharedWorld } from "./file-world";
import { die, LIMITS, startObserver } from "./ground";
import type { Moment } from "./victim";

/** A source with a replica, and a journal that a killed runbook shares with the next. */
interface Course {
  readonly shared: SharedWorld;
  readonly replicated: Replicated;
  readonly run: (to: Side | "start") => Promise<PlanResult>;
  /** Runs a plan to its end; the writer is then where it was to be. */
  readonly finish: (to: Side | "start", writer: Side) => Promise<void>;
  readonly killed: (to: Side | "start", step: string, when: Moment) => Promise<void>;
}

async function startCourse(strategy: Strategy): Promise<Course> {
  const replicated = await startReplicated(strategy);
  const { clusters, database, world: plain, writers } = replicated;
  const directory = mkdtempSync(join(tmpdir(), "relocate-replicas-"));
  const [pair] = plain.databases;
  if (!pair) throw new Error("no pair");
  const shared: SharedWorld = {
    ...{ directory, database, strategy, application: APPLICATION },
    operator: {
      source: clusters.source.config(OPERATOR, database),
      target: clusters.target.config(OPERATOR, database),
    },
    conninfo: { source: await pair.conninfo("source"), target: await pair.conninfo("target") },
  };
  createWorld(shared);
  const world: World = sharedWorld(shared);
  const journal = join(directory, "journal.jsonl");
  const plans: Record<Side | "start", () => Plan> = {
    start: () => startPlan(world),
    target: () => cutoverPlan(world, LIMITS),
    source: () => rollbackPlan(world, LIMITS),
  };
  const run = async (to: Side | "start"): Promise<PlanResult> => {
    const opened = await openJournal(journal);
    try {
      return await runPlan(plans[to](), { journal: opened, signal: new AbortController().signal });
    } finally {
      await opened.close();
    }
  };
  return {
    shared,
    replicated,
    run,
    async finish(to, writer) {
      expect({ to, ...(await run(to)) }).toMatchObject({ to, outcome: "done", cause: undefined });
      // A replica shows the source's gate; that there is one writer, the observer looks at all the time.
      expect(await openSides(clusters, database)).toContain(writer);
      await writers.wroteOn(writer);
    },
    killed: (to, step, when) => die({ world: shared, to, journal, limits: LIMITS, killed: { step, when } }),
  };
}

describe("D6 B4: a runbook that is killed where a replica becomes the target", () => {
  let seeded: Course | undefined;
  let physical: Course | undefined;
  let observer: ReturnType<typeof startObserver>;
  beforeAll(async () => {
    [seeded, physical] = await Promise.all([startCourse("seeded"), startCourse("physical")]);
    observer = startObserver(
      // Both databases have the same name.
      [seeded, physical].map(({ shared }) => ({ shared: { ...shared, database: `${shared.strategy}` } })),
    );
  });
  afterAll(async () => {
    for (const course of [seeded, physical]) {
      await course?.replicated.stop();
      if (course) rmSync(course.shared.directory, { recursive: true });
    }
  });

  test("in its start: goes on by the same command, and what the promotion has left is joined", async () => {
    const ofSeeded = async ({ killed, finish }: Course): Promise<void> => {
      // Each kill is followed by the next one of the same command, which has to get that far.
      await killed("start", "gates", "amid");
      for (const when of ["before", "promoted", "amid"] as const) await killed("start", "seed", when);
      await finish("start", "source");
    };
    const ofPhysical = async ({ killed, finish }: Course): Promise<void> => {
      await killed("start", "publications", "amid");
      await finish("start", "source");
    };
    await Promise.all([ofSeeded(seeded!), ofPhysical(physical!)]);
  });

  test("in its switch: goes on, or opens the source for a start that joins the target, and loses nothing", async () => {
    const ofSeeded = async ({ killed, finish }: Course): Promise<void> => {
      await killed("target", "handover", "amid");
      await finish("target", "target");
      await finish("source", "source");
    };
    const ofPhysical = async ({ killed, run, finish }: Course): Promise<void> => {
      await killed("target", "handover", "before");
      await killed("target", "handover", "promoted");
      const refused = await run("target");
      expect(refused.cause).toContain("the target is promoted, but not joined to the source");
      await killed("start", "seed", "amid");
      await finish("start", "source");
      await killed("target", "handover", "after");
      await finish("target", "target");
      await finish("source", "source");
    };
    await Promise.all([ofSeeded(seeded!), ofPhysical(physical!)]);
    for (const course of [seeded!, physical!]) await course.replicated.expectNothingLost();
    expect(await observer.stop()).toMatchObject({ twoWriters: [] });
  });
});
