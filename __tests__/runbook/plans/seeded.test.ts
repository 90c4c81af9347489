import { abortPlan } from "../../../runbook/plans/abort";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { SIDES } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import {
  APPLICATION,
  migrate,
  OPERATOR,
  pairOn,
  startCluster,
  stopClusters,
  type Clusters,
} from "../clusters";
import { startReplica } from "../server";
import { audit, startWriters, type Writers } from "../writers";
import { openSides, operator, settled, traces, withEvent, type Operator } from "./course";

const database = "shop";

describe("a replica that is promoted while its source is written to", () => {
  let clusters: Clusters | undefined;
  let keeper: Operator;
  let writers: Writers | undefined;
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await writers?.stop();
    writers = undefined;
    keeper.close();
    await stopClusters(clusters);
    clusters = undefined;
  });

  /** A source under load with a replica that follows it. */
  const replicated = async (): Promise<{ clusters: Clusters; world: World; writers: Writers }> => {
    const source = await startCluster();
    await migrate(source, database);
    await source.as("postgres", database, (client) =>
      client.query(`GRANT EXECUTE ON FUNCTION pg_promote TO ${OPERATOR};
                    INSERT INTO shop.orders (key) SELECT 'old-' || n FROM generate_series(1, 1000) n`),
    );
    clusters = { source, target: await startReplica(source) };
    writers = startWriters(clusters, database);
    await writers.wroteOn("source");
    return { clusters, writers, world: { databases: [pairOn(clusters, database, { strategy: "seeded" })] } };
  };
  const succeed = async (plan: Plan): Promise<void> =>
    expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });

  test("B2, B4: starts, cuts over, rolls back and cuts over under load, and no row is lost or doubled", async () => {
    const { clusters, world, writers } = await replicated();
    await succeed(startPlan(world));
    expect(await openSides(clusters, database)).toEqual(["source"]);
    await clusters.target.as(APPLICATION, database, (client) =>
      expect(
        client.query("BEGIN READ WRITE; INSERT INTO shop.orders (key) VALUES ('x')"),
      ).rejects.toMatchObject({ code: "25006" }),
    );
    await writers.wroteOn("source");
    for (const [plan, side] of [
      [cutoverPlan(world), "target"],
      [rollbackPlan(world), "source"],
      [cutoverPlan(world), "target"],
    ] as const) {
      await succeed(plan);
      await writers.wroteOn(side);
    }
    await writers.stop();
    await settled(clusters, database);
    for (const side of SIDES)
      expect(await audit(clusters, side, database, writers.ledger)).toEqual({ lost: 0, duplicated: 0 });
  });
});
