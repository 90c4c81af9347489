import { readFileSync } from "node:fs";
import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { createSchema } from "../../../runbook/postgres/schema";
import { SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { DatabasePair, World } from "../../../runbook/world";
import {
  APPLICATION,
  OPERATOR,
  pairOn,
  startClusters,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
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

  test("fails in the same way when the target is the writer, and a table that came then has rows on the source", async () => {
    const world = await started("lookup_back");
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await addTable("lookup_back");
    for (const side of SIDES) {
      await clusters[side].as(OPERATOR, "lookup_back", (client) =>
        client.query("INSERT INTO shop.returns VALUES (1)"),
      );
    }
    const told =
      "table shop.returns on the source came after the start and is not empty: the copy would add to it";
    const result = await keeper.run(startPlan(world));
    expect(result.cause).toContain(told);
    const plan = startPlan(world);
    const late = await keeper.run({ ...plan, steps: plan.steps.filter(({ id }) => id !== "preflight") });
    expect(late.cause).toContain("the copy would add to what is in shop.returns on the source");
    await clusters.source.as("postgres", "lookup_back", async (client) =>
      expect((await client.query("SELECT id FROM shop.returns")).rows).toEqual([{ id: 1 }]),
    );
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

  describe("servers that log whatever they can", () => {
    const database = "talkative";
    const secret = "hush, not this one";
    const logged: Record<Side, number> = { source: 0, target: 0 };
    const told = (side: Side): string => readFileSync(clusters[side].log, "utf8").slice(logged[side]);
    beforeAll(async () => {
      await migrateBoth(clusters, database);
      for (const side of SIDES) {
        const settings = [
          "log_statement = 'all'",
          "log_min_duration_statement = 0",
          "log_min_messages = 'notice'",
        ];
        await clusters[side].as("postgres", "postgres", async (client) => {
          for (const setting of settings) await client.query(`ALTER DATABASE ${database} SET ${setting}`);
          await client.query(
            `DO $$ BEGIN EXECUTE 'CREATE ROLE hushed LOGIN REPLICATION IN ROLE keeper PASSWORD ' || quote_literal('${secret}'); END $$`,
          );
        });
        logged[side] = readFileSync(clusters[side].log, "utf8").length;
      }
    });
    const subscriptionsAndSlots = async (): Promise<string[]> =>
      (await allTraces(database)).flat().filter((trace) => !trace.startsWith("setting log_"));
    const pair = (password: string, host = "127.0.0.1"): DatabasePair => {
      const plain = pairOn(clusters, database);
      return {
        ...plain,
        conninfo: async (subscriber) =>
          (await plain.conninfo(subscriber))
            .replace("127.0.0.1", host)
            .replace(`user=${OPERATOR} password='not a secret'`, `user=hushed password='${password}'`),
      };
    };

    test("D3: a start, also one that is run again, tells no log the subscriptions' password", async () => {
      for (const again of [1, 2]) {
        const result = await keeper.run(startPlan({ databases: [pair(secret)] }));
        expect({ again, ...result }).toMatchObject({ again, outcome: "done", cause: undefined });
      }
      expect(told("target")).toMatch(/CREATE SUBSCRIPTION relocate_to_target CONNECTION %L/);
      expect(told("target")).toMatch(/ALTER SUBSCRIPTION relocate_to_target CONNECTION %L/);
      for (const side of SIDES) expect(told(side)).not.toContain("hush,");
      await keeper.run(abortPlan({ databases: [pair(secret)] }));
    });

    test.each([
      [
        "a password that is not right",
        "hush, wrong",
        "127.0.0.1",
        /password authentication failed for user "hushed"/,
      ],
      [
        "a host that is not there",
        "hush, nobody",
        "host.invalid",
        /could not translate host name|connection to server/,
      ],
    ])("fails to subscribe with %s, and no log gets to know it", async (_, password, host, expected) => {
      const world = { databases: [pair(password, host)] };
      const found = await keeper.run(startPlan(world));
      expect(found.cause).toMatch(expected);
      expect(found.cause).toContain("server cannot log in to the");
      const plan = startPlan(world);
      const late = await keeper.run({ ...plan, steps: plan.steps.filter(({ id }) => id !== "preflight") });
      expect(late).toMatchObject({ outcome: "undone" });
      expect(late.cause).toMatch(expected);
      for (const side of SIDES) expect(told(side)).not.toContain("hush,");
      expect(await subscriptionsAndSlots()).toEqual([]);
    });
  });
});
