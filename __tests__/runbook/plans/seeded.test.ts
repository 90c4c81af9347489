import { abortPlan } from "../../../runbook/plans/abort";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { APPLICATION, type Clusters } from "../clusters";
import { openSides, traces, withEvent } from "./course";
import { startedReplicated, startReplicated, type Replicated } from "./replicated";

const limits = { steadyLag: 20 };

describe("a replica that is promoted while its source is written to", () => {
  let replicated: Replicated | undefined;
  afterEach(async () => {
    await replicated?.stop();
    replicated = undefined;
  });

  const promoted = (clusters: Clusters): Promise<unknown> =>
    clusters.target.as("postgres", "postgres", (client) => client.query("SELECT pg_promote()"));
  const keep = (clusters: Clusters, database: string, key: string): Promise<unknown> =>
    clusters.target.as(APPLICATION, database, (client) =>
      client.query(`BEGIN READ WRITE; INSERT INTO shop.orders (key) VALUES ('${key}'); COMMIT`),
    );

  test("B2, B4: is joined, cut over to, left and cut over to again under load, and no row is lost or doubled", async () => {
    replicated = await startedReplicated("seeded");
    const { clusters, database, world, writers, succeed } = replicated;
    expect(await openSides(clusters, database)).toEqual(["source"]);
    await expect(keep(clusters, database, "x")).rejects.toMatchObject({ code: "25006" });
    await succeed(startPlan(world));
    for (const [plan, side] of [
      [cutoverPlan(world, limits), "target"],
      [rollbackPlan(world, limits), "source"],
      [cutoverPlan(world, limits), "target"],
    ] as const) {
      await succeed(plan);
      await writers.wroteOn(side);
    }
    await replicated.expectNothingLost();
  });

  test("A5: takes no write between its promotion and its joining, and has what was open meanwhile once", async () => {
    let writing: Promise<unknown> | undefined;
    let end: () => void = () => undefined;
    const promotion = new Promise<void>((resolve) => (end = resolve));
    replicated = await startReplicated("seeded", (clusters) => ({
      promote: async () => {
        // Begun before the copy ends, committed after it: half of it was in the replica.
        const begun = new Promise<void>((resolve) => {
          writing = clusters.source.as(APPLICATION, "shop", async (client) => {
            await client.query(
              "BEGIN; INSERT INTO shop.events (key) SELECT 'open-' || n FROM generate_series(1, 500) n",
            );
            resolve();
            await promotion;
            await client.query("INSERT INTO shop.events (key) VALUES ('open-501'); COMMIT");
          });
        });
        await begun;
        await clusters.source.as("postgres", "shop", (client) => client.query("SELECT pg_switch_wal()"));
        await promoted(clusters);
        await expect(keep(clusters, "shop", "astray")).rejects.toMatchObject({ code: "25006" });
        end();
        await writing;
      },
    }));
    const { clusters, database, world, succeed } = replicated;
    await succeed(startPlan(world));
    await replicated.expectNothingLost();
    await clusters.target.as("postgres", database, async (client) => {
      const { rows } = await client.query(
        "SELECT count(*)::int AS all, count(DISTINCT key)::int AS different FROM shop.events WHERE key LIKE 'open-%'",
      );
      expect(rows).toEqual([{ all: 501, different: 501 }]);
    });
  });

  test("D6: fails to promote and takes everything back; cut off after it, it is joined by the next run, also when the source has crashed", async () => {
    let fails = true;
    replicated = await startReplicated("seeded", (clusters) => ({
      promote: async () => {
        if (fails) throw new Error("not today");
        await promoted(clusters);
      },
    }));
    const { clusters, database, world, writers, run, succeed } = replicated;
    const refused = await run(startPlan(world));
    expect(refused).toMatchObject({ outcome: "undone" });
    expect(refused.cause).toContain("not today");
    expect(await traces(clusters, "source", database)).toEqual([]);

    fails = false;
    const cut = await run(withEvent(startPlan(world), "seed", () => clusters.source.kill()));
    expect(cut).toMatchObject({ outcome: "stopped" });
    await clusters.source.start();
    await writers.wroteOn("source");
    await succeed(startPlan(world));
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    await replicated.expectNothingLost();
    await succeed(rollbackPlan(world, limits));
    await succeed(abortPlan(world));
    expect(await traces(clusters, "source", database)).toEqual([]);
  });
});
