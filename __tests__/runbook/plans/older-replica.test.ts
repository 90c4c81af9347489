import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { olderBinaries } from "../older-servers";
import { traces, withEvent } from "./course";
import { startedReplicated, startReplicated, type Replicated } from "./replicated";

const limits = { steadyLag: 20 };

describe("a replica of PostgreSQL 13, whose replication goes one way at a time", () => {
  let replicated: Replicated | undefined;
  afterEach(async () => {
    await replicated?.stop();
    replicated = undefined;
  });

  test("A5, B4: physical is promoted under the fence, and its way back opened behind it, though the first cutover was undone after the promotion", async () => {
    replicated = await startedReplicated("physical", undefined, olderBinaries(13));
    const { clusters, database, world, writers, run, succeed } = replicated;
    const [pair] = world.databases;
    if (!pair) throw new Error("no pair");
    const astray = { ...pair, conninfo: () => Promise.reject(new Error("no way")) };
    const undone = await run(cutoverPlan({ databases: [astray] }, limits));
    expect(undone).toMatchObject({ outcome: "undone", crossed: false });
    expect(undone.cause).toContain("run `relocate start`, which joins it");
    await writers.wroteOn("source");
    await succeed(startPlan(world));
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    await succeed(startPlan(world));
    await succeed(rollbackPlan(world, limits));
    await writers.wroteOn("source");
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    await replicated.expectNothingLost(["target"]);
    await succeed(completePlan(world));
    expect(await traces(clusters, "target", database)).toEqual([]);
  });

  test("A5, D6: physical hands over in the hold that promotes it; cut off behind it, the same command opens the way back", async () => {
    replicated = await startedReplicated("physical", undefined, olderBinaries(13));
    const { world, writers, run, succeed } = replicated;
    const plan = cutoverPlan(world, limits);
    const steps = plan.steps.map((step) =>
      step.id === "way-back" ? { ...step, run: () => Promise.reject(new Error("cut off")) } : step,
    );
    expect(await run({ ...plan, steps })).toMatchObject({ outcome: "stopped", crossed: true });
    await writers.wroteOn("target");
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    await succeed(rollbackPlan(world, limits));
    await writers.wroteOn("source");
    await replicated.expectNothingLost(["source"]);
  });

  test("B2, B4: seeded is joined after a crash of its source, cut over to, left, and aborted without a trace", async () => {
    replicated = await startReplicated("seeded", undefined, olderBinaries(13));
    const { clusters, database, world, writers, run, succeed } = replicated;
    const cut = await run(withEvent(startPlan(world), "seed", () => clusters.source.kill()));
    expect(cut).toMatchObject({ outcome: "stopped" });
    await clusters.source.start();
    await writers.wroteOn("source");
    await succeed(startPlan(world));
    for (const [plan, side] of [
      [cutoverPlan(world, limits), "target"],
      [rollbackPlan(world, limits), "source"],
    ] as const) {
      await succeed(plan);
      await writers.wroteOn(side);
    }
    await replicated.expectNothingLost(["source"]);
    await succeed(abortPlan(world));
    expect(await traces(clusters, "source", database)).toEqual([]);
  });
});
