import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { createSchema } from "../../../runbook/postgres/schema";
import { SIDES } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import { APPLICATION, OPERATOR, startClusters, stopClusters, worldOf, type Clusters } from "../clusters";
import { migrateBoth, openSides, operator, settled, traces, type Operator } from "./course";

describe("a start over replication that stands", () => {
  let clusters: Clusters;
  let keeper: Operator;
  beforeAll(async () => {
    clusters = await startClusters();
  });
  afterAll(() => stopClusters(clusters));
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(() => keeper.close());

  const succeed = async (plan: Plan): Promise<void> =>
    expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });
  const started = async (database: string): Promise<World> => {
    await migrateBoth(clusters, database);
    const world = worldOf(clusters, [database]);
    await succeed(startPlan(world));
    return world;
  };
  const allTraces = (database: string): Promise<string[][]> =>
    Promise.all(SIDES.map((side) => traces(clusters, side, database)));
  /** A migration that came after the start, on both sides. */
  const addTable = async (database: string): Promise<void> => {
    for (const side of SIDES) {
      await clusters[side].as(OPERATOR, database, (client) =>
        client.query(`CREATE TABLE shop.returns (id int PRIMARY KEY);
                      GRANT SELECT, INSERT, UPDATE, DELETE ON shop.returns TO ${APPLICATION}`),
      );
    }
  };

  test.each(["gates", "publications", "forward", "reverse", "proven"])(
    "D6: fails at step %s, and every gate, subscription and read-only role stays: the closed side takes no write",
    async (id) => {
      const database = `again_${id}`;
      const world = await started(database);
      const before = await allTraces(database);
      const plan = startPlan(world);
      const steps = plan.steps.map((step) =>
        step.id === id
          ? {
              ...step,
              check: () => Promise.resolve(false),
              run: () => Promise.reject(new Error("broken")),
            }
          : step,
      );
      const result = await keeper.run({ ...plan, steps });
      expect(result).toMatchObject({
        outcome: "stopped",
        cause: expect.stringContaining("broken") as string,
      });
      expect(await allTraces(database)).toEqual(before);
      expect(await openSides(clusters, database)).toEqual(["source"]);
      await clusters.target.as(APPLICATION, database, async (client) => {
        await client.query("SET default_transaction_read_only = off");
        await expect(client.query("INSERT INTO shop.orders (key) VALUES ('x')")).rejects.toMatchObject({
          code: "25006",
        });
      });
      await succeed(startPlan(world));
    },
  );

  test("fails when the way back was interrupted after a cutover: to join it anew would leave out what was written meanwhile", async () => {
    const world = await started("interrupted");
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await clusters.source.as(OPERATOR, "interrupted", (client) =>
      client.query("DROP SUBSCRIPTION relocate_to_source"),
    );
    await clusters.target.as(APPLICATION, "interrupted", (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('meanwhile')"),
    );
    const result = await keeper.run(startPlan(world));
    expect(result.cause).toContain(
      "the target is the writer, and replication to the source has ended (subscription relocate_to_source is missing)",
    );
    expect(result.cause).not.toContain("TRUNCATE");
    await expect(allTraces("interrupted")).resolves.not.toContainEqual(
      expect.arrayContaining(["subscription relocate_to_source"]),
    );
  });

  test("fails without telling anybody to empty the side that is the writer", async () => {
    const world = await started("forward_gone");
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await clusters.target.as(OPERATOR, "forward_gone", (client) =>
      client.query("DROP SUBSCRIPTION relocate_to_target"),
    );
    await clusters.target.as(APPLICATION, "forward_gone", (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('precious')"),
    );
    const result = await keeper.run(startPlan(world));
    expect(result).toMatchObject({ outcome: "undone" });
    expect(result.cause).toContain("subscription relocate_to_target is missing");
    expect(result.cause).not.toContain("TRUNCATE");
  });

  test("B4: a table that came after the cutover goes back with the rows it had got before", async () => {
    const world = await started("newcomer");
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await addTable("newcomer");
    await clusters.target.as(APPLICATION, "newcomer", (client) =>
      client.query("INSERT INTO shop.returns VALUES (1)"),
    );
    await succeed(startPlan(world));
    await clusters.target.as(APPLICATION, "newcomer", (client) =>
      client.query("INSERT INTO shop.returns VALUES (2)"),
    );
    await succeed(rollbackPlan(world, { steadyLag: 0 }));
    await clusters.source.as(APPLICATION, "newcomer", async (client) => {
      expect((await client.query("SELECT id FROM shop.returns ORDER BY id")).rows).toEqual([
        { id: 1 },
        { id: 2 },
      ]);
    });
  });

  test("fails, before anything is copied twice, when a table that came after the start has rows on both sides", async () => {
    const world = await started("lookup");
    await addTable("lookup");
    for (const side of SIDES) {
      await clusters[side].as(OPERATOR, "lookup", (client) =>
        client.query("INSERT INTO shop.returns VALUES (1)"),
      );
    }
    const before = await allTraces("lookup");
    const result = await keeper.run(startPlan(world));
    expect(result.cause).toContain(
      "table shop.returns on the target came after the start and is not empty: the copy would add to it; " +
        "expected: an empty table, which the copy fills. Fix: DELETE FROM shop.returns",
    );
    expect(result.cause).not.toContain("TRUNCATE");
    expect(await allTraces("lookup")).toEqual(before);
    await clusters.target.as(OPERATOR, "lookup", (client) => client.query("DELETE FROM shop.returns"));
    await succeed(startPlan(world));
    await settled(clusters, "lookup");
    for (const side of SIDES) {
      await clusters[side].as(APPLICATION, "lookup", async (client) =>
        expect((await client.query("SELECT id FROM shop.returns")).rows).toEqual([{ id: 1 }]),
      );
    }
  });

  test("turns the application read-only on the target when a run that died had made the gate and no more", async () => {
    await migrateBoth(clusters, "half");
    await clusters.target.as(OPERATOR, "half", (client) => client.query(createSchema("target")));
    await succeed(startPlan(worldOf(clusters, ["half"])));
    await clusters.target.as(APPLICATION, "half", async (client) =>
      expect((await client.query("SHOW transaction_read_only")).rows).toEqual([
        { transaction_read_only: "on" },
      ]),
    );
  });

  test("fails after a relocation was completed, as an abort does, and tells nobody to empty the side that serves", async () => {
    const world = await started("over");
    await clusters.source.as(APPLICATION, "over", (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('precious')"),
    );
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await succeed(completePlan(world));
    const [again, given] = [await keeper.run(startPlan(world)), await keeper.run(abortPlan(world))];
    expect(again.cause).toContain("a relocation was completed: the target is the writer for good");
    expect(given.cause).toContain("the relocation was completed: the target is the writer for good");
    expect(JSON.stringify([again, given])).not.toContain("TRUNCATE");
  });

  test("renews the login of replication when the operator's password has been changed", async () => {
    const world = await started("rotated");
    await clusters.target.as("postgres", "rotated", (client) =>
      client.query("ALTER SUBSCRIPTION relocate_to_target CONNECTION 'host=127.0.0.1 port=1 password=old'"),
    );
    await succeed(startPlan(world));
    await settled(clusters, "rotated");
  });
});
