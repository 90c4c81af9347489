import { startPlan } from "../../../runbook/plans/start";
import type { Side } from "../../../runbook/side";
import type { PlanResult } from "../../../runbook/result";
import type { Plan } from "../../../runbook/step";
import type { DatabasePair, Strategy, World } from "../../../runbook/world";
import { migrate, OPERATOR, pairOn, startCluster, stopClusters, type Clusters } from "../clusters";
import { startReplica } from "../server";
import { startWriters, type Writers } from "../writers";
import { expectNothingLost, operator } from "./course";

/** A source that is written to all the time, with a physical replica that follows it. */
export interface Replicated {
  readonly clusters: Clusters;
  readonly world: World;
  readonly writers: Writers;
  /** Name of its database. */
  readonly database: string;
  readonly run: (plan: Plan) => Promise<PlanResult>;
  /** Runs a plan that must come to its end. */
  readonly succeed: (plan: Plan) => Promise<void>;
  /** Every acknowledged write is on both sides once. @param senders as for `settled` */
  expectNothingLost(senders?: readonly Side[]): Promise<void>;
  stop(): Promise<void>;
}

/** @param binaries folder of another version's programs */
export async function startReplicated(
  strategy: Strategy,
  change: (clusters: Clusters) => Partial<DatabasePair> = () => ({}),
  binaries?: string,
): Promise<Replicated> {
  const database = "shop";
  const source = await startCluster({}, binaries);
  await migrate(source, database);
  await source.as("postgres", database, (client) =>
    client.query(`GRANT EXECUTE ON FUNCTION pg_promote TO ${OPERATOR};
                  INSERT INTO shop.orders (key) SELECT 'old-' || n FROM generate_series(1, 1000) n`),
  );
  const clusters: Clusters = { source, target: await startReplica(source) };
  const writers = startWriters(clusters, database);
  await writers.wroteOn("source");
  const keeper = operator();
  const run = (plan: Plan) => keeper.run(plan);
  return {
    clusters,
    writers,
    database,
    world: { databases: [pairOn(clusters, database, { strategy, ...change(clusters) })] },
    run,
    async succeed(plan) {
      expect(await run(plan)).toMatchObject({ outcome: "done", cause: undefined });
    },
    async expectNothingLost(senders) {
      await expectNothingLost(clusters, database, writers, senders);
    },
    async stop() {
      await writers.stop();
      keeper.close();
      await stopClusters(clusters);
    },
  };
}

/** The same, in replication as its strategy begins. */
export async function startedReplicated(...how: Parameters<typeof startReplicated>): Promise<Replicated> {
  const replicated = await startReplicated(...how);
  await replicated.succeed(startPlan(replicated.world));
  return replicated;
}
