import { abortPlan } from "../../../runbook/plans/abort";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import { startClusters, stopClusters, type Clusters } from "../../runbook/clusters";
import { openSides, traces } from "../../runbook/plans/course";
import { workerIs, workerStates } from "./file-world";
import { prepareGrounds, startObserver, type Ground } from "./ground";
import type { Moment } from "./victim";

/** Databases that are switched at the same time: what takes long is mostly waiting. */
const LANES = ["killed_1", "killed_2", "killed_3"];
type Death = readonly [step: string, when: Moment];
/** Before a step is after the one before it. */
const MOMENTS: readonly Moment[] = ["amid", "after"];

describe("D6 B4 B6: a runbook that is killed", () => {
  let clusters: Clusters;
  let grounds: Ground[];
  let ids: string[];
  let observer: ReturnType<typeof startObserver>;
  beforeAll(async () => {
    clusters = await startClusters();
    grounds = await prepareGrounds(clusters, LANES, () => ({}), true);
    ids = grounds[0]?.plan("target").steps.map(({ id }) => id) ?? [];
  });
  afterAll(async () => {
    await Promise.all((grounds ?? []).map((ground) => ground.close()));
    await stopClusters(clusters);
  });
  beforeEach(async () => {
    await Promise.all(grounds.map((ground) => ground.load("source")));
    observer = startObserver(grounds);
  });

  /** The same command again: the databases end up where it was to bring them, and so do edge and worker. */
  const finish = async (ground: Ground, to: Side): Promise<void> => {
    expect(await ground.run(ground.plan(to))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await openSides(clusters, ground.shared.database)).toEqual([to]);
    expect(workerIs(ground.shared)).toEqual({ [to]: true, [otherSide(to)]: false });
    await ground.wroteOn(to);
  };
  const expectOneOfAll = async (): Promise<void> => {
    await Promise.all(grounds.map((ground) => ground.expectNothingLost()));
    const { looks, twoWriters } = await observer.stop();
    expect(twoWriters).toEqual([]);
    expect(looks).toBeGreaterThan(100);
    for (const { shared } of grounds)
      expect(workerStates(shared).filter(({ source, target }) => source && target)).toEqual([]);
  };

  /** A step in each lane. */
  const parts = MOMENTS.flatMap((when) => [0, 1, 2, 3, 4].map((part) => [when, part] as const));
  test.each(parts)(
    "%s the steps of part %d, of cutover and of rollback, goes on or back by the same command and loses nothing",
    async (when, part) => {
      const steps = ids.slice(part * LANES.length, (part + 1) * LANES.length);
      expect(steps).not.toEqual([]);
      await Promise.all(
        steps.map(async (step, lane) => {
          const ground = grounds[lane]!;
          for (const to of ["target", "source"] as const) {
            await ground.killAt(to, step, when);
            await finish(ground, to);
          }
        }),
      );
      await expectOneOfAll();
    },
  );
  test("was so at every step", () => {
    expect(ids).toContain("handover");
    expect(ids.length).toBeLessThanOrEqual((parts.length / MOMENTS.length) * LANES.length);
  });

  test("past the point of no return, may be followed by a rollback as well as by the same command", async () => {
    const deaths: readonly Death[] = [
      ["handover", "after"],
      ["edge", "before"],
      ["converged", "after"],
    ];
    await Promise.all(
      grounds.map(async (ground, lane) => {
        const [step, when] = deaths[lane]!;
        await ground.killAt("target", step, when);
        await ground.wroteOn("target");
        await finish(ground, "source");
      }),
    );
    await expectOneOfAll();
  });

  // The last one: it ends the replication.
  test("before it, leaves nothing that abort does not take away, and the source serves on", async () => {
    const deaths: readonly Death[] = [
      ["jobs-off", "after"],
      ["ready", "after"],
      ["handover", "before"],
    ];
    await Promise.all(
      grounds.map(async (ground, lane) => {
        const [step, when] = deaths[lane]!;
        await ground.killAt("target", step, when);
        expect(await ground.run(abortPlan(ground.world))).toMatchObject({
          outcome: "done",
          cause: undefined,
        });
        await ground.wroteOn("source");
        for (const side of SIDES) expect(await traces(clusters, side, ground.shared.database)).toEqual([]);
      }),
    );
    expect(await observer.stop()).toMatchObject({ twoWriters: [] });
  });
});
