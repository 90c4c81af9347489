import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import { pairOn, startClusters, stopClusters, type Clusters } from "../clusters";
import { startPooledWriters, type PooledWriters } from "../pooled-writers";
import { startPoolers, type PoolerOptions, type RunningPoolers } from "../poolers";
import { audit } from "../writers";
import { migrateBoth, operator, settled, type Operator } from "./course";

const limits = { olderTransactions: 500, drain: 10_000, steadyLag: 0, pause: 1_000 };
const signal = new AbortController().signal;

describe("a switch behind real poolers, two instances in each region", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let running: RunningPoolers | undefined;
  let writers: PooledWriters | undefined;
  beforeAll(async () => {
    clusters = await startClusters();
  });
  afterAll(() => stopClusters(clusters));
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await writers?.stop();
    await running?.poolers.close();
    await running?.stop();
    keeper.close();
  });

  const started = async (database: string, options: Partial<PoolerOptions> = {}): Promise<World> => {
    await migrateBoth(clusters, database);
    const plain = pairOn(clusters, database);
    expect(await keeper.run(startPlan({ databases: [plain] }))).toMatchObject({ outcome: "done" });
    running = await startPoolers(clusters, { database, ...options });
    writers = startPooledWriters(running.instances);
    await writers.wrote();
    return { databases: [{ ...plain, endpoint: { kind: "pooler", poolers: running.poolers } }] };
  };
  const switchTo = (world: World, to: Side): Plan =>
    to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
  const expectNothingLost = async (database: string): Promise<void> => {
    await writers?.stop();
    await settled(clusters, database);
    for (const side of SIDES)
      expect(await audit(clusters, side, database, writers?.ledger ?? [])).toEqual({
        lost: 0,
        duplicated: 0,
      });
  };

  test("B4: not one statement fails through a cutover, a rollback and a cutover", async () => {
    const world = await started("held");
    for (const to of ["target", "source", "target"] as const) {
      expect(await keeper.run(switchTo(world, to))).toMatchObject({ outcome: "done", cause: undefined });
      expect(await running?.poolers.probe(signal)).toEqual(
        SIDES.flatMap((region) =>
          [1, 2].map((number) => ({ vantagePoint: `${region}-${number}`, side: to, paused: false })),
        ),
      );
      await writers?.wrote();
    }
    expect(writers?.errors).toEqual([]);
    await expectNothingLost("held");
  });
});
