import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { startPlan } from "../../../runbook/plans/start";
import { SIDES } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import {
  APPLICATION,
  OPERATOR,
  pairOn,
  startClusters,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
import { migrateBoth, operator, settled, slotIsThere, traces, withEvent, type Operator } from "./course";

describe("the start of replication between two real clusters", () => {
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

  const allTraces = async (database: string): Promise<string[]> =>
    (await Promise.all(SIDES.map((side) => traces(clusters, side, database)))).flat();

  test("B2: brings the rows that are there and those that come, and can be run again", async () => {
    await migrateBoth(clusters, "copied");
    const insert = "INSERT INTO shop.orders (key) SELECT gen_random_uuid() FROM generate_series(1, 500)";
    await clusters.source.as(APPLICATION, "copied", (client) => client.query(insert));
    const world = worldOf(clusters, ["copied"]);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    await clusters.source.as(APPLICATION, "copied", (client) => client.query(insert));
    await settled(clusters, "copied");
    await clusters.target.as(APPLICATION, "copied", async (client) => {
      expect((await client.query<{ n: string }>("SELECT count(*) AS n FROM shop.orders")).rows).toEqual([
        { n: "1000" },
      ]);
      expect((await client.query("SHOW transaction_read_only")).rows).toEqual([
        { transaction_read_only: "on" },
      ]);
    });
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    expect((await keeper.run(completePlan(world))).outcome).toBe("undone");
  });

  test("B2: makes the application's role on the target, with its password unseen by the server's log", async () => {
    await migrateBoth(clusters, "roled");
    const pair = pairOn(clusters, "roled", { applicationRoles: [APPLICATION, "reader"] });
    await clusters.source.as(OPERATOR, "roled", (client) =>
      client.query("CREATE ROLE reader LOGIN PASSWORD 'not a secret'"),
    );
    expect(await keeper.run(startPlan({ databases: [pair] }))).toMatchObject({
      outcome: "done",
      cause: undefined,
    });
    await clusters.target.as("reader", "roled", async (client) => {
      expect((await client.query("SELECT current_user")).rows).toEqual([{ current_user: "reader" }]);
    });
    await clusters.target.as("postgres", "roled", async (client) => {
      const { rows } = await client.query<{ rolpassword: string }>(
        "SELECT rolpassword FROM pg_authid WHERE rolname = 'reader'",
      );
      expect(rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
    });
  });

  test("fails with everything that cannot be replicated, each with its fix, and has touched nothing", async () => {
    await migrateBoth(clusters, "unfit");
    await clusters.source.as(OPERATOR, "unfit", (client) =>
      client.query(`
        CREATE UNLOGGED TABLE shop.cache (id int PRIMARY KEY);
        CREATE TABLE shop.keyless (note text);
        ALTER TABLE shop.orders ADD COLUMN total numeric(10, 2);
        CREATE SEQUENCE shop.extra;
        GRANT TRUNCATE ON shop.orders TO ${APPLICATION};
        REVOKE DELETE ON shop.orders FROM ${APPLICATION};
        SELECT lo_create(4711)`),
    );
    await clusters.target.as(APPLICATION, "unfit", (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('x')"),
    );
    const result = await keeper.run(startPlan(worldOf(clusters, ["unfit"])));
    expect(result.outcome).toBe("undone");
    for (const finding of [
      "shop.cache on the source is unlogged, so it is not replicated",
      "shop.keyless on the source has no primary key, or a deferrable one",
      "table shop.keyless is missing on the target",
      "column shop.orders.total is missing on the target; expected: numeric(10,2), as on the source",
      "sequence shop.extra is missing on the target",
      "1 large objects",
      "shop.orders on the target is not empty: the copy would add to it; expected: empty tables. Fix: TRUNCATE shop.orders",
    ]) {
      expect(result.cause).toContain(finding);
    }
    expect(await allTraces("unfit")).toEqual([]);
  });

  test("fails with what the operator may not do, and with what would be left out or done twice without a word", async () => {
    await migrateBoth(clusters, "hidden");
    await clusters.source.as("postgres", "hidden", (client) =>
      client.query(`
        CREATE ROLE landlord;
        CREATE TABLE shop.foreign_land (id int PRIMARY KEY);
        ALTER TABLE shop.foreign_land OWNER TO landlord;
        GRANT landlord TO ${OPERATOR} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
        CREATE TABLE shop.late_key (id int PRIMARY KEY DEFERRABLE);
        ALTER TABLE shop.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER "Note it" AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note();
        ALTER TABLE shop.orders ENABLE ALWAYS TRIGGER "Note it";
        CREATE SUBSCRIPTION feed CONNECTION 'dbname=elsewhere' PUBLICATION p WITH (connect = false)`),
    );
    await clusters.target.as("postgres", "hidden", (client) =>
      client.query(`CREATE ROLE novice LOGIN REPLICATION PASSWORD 'not a secret';
                    GRANT CONNECT ON DATABASE hidden TO novice`),
    );
    const pair = pairOn(clusters, "hidden", {
      operator: (side) =>
        Promise.resolve(clusters[side].config(side === "target" ? "novice" : OPERATOR, "hidden")),
    });
    const result = await keeper.run(startPlan({ databases: [pair] }));
    for (const finding of [
      "table shop.foreign_land on the source belongs to another role, landlord",
      "table shop.late_key on the source has no primary key, or a deferrable one",
      "table shop.events on the source forces row security upon its owner",
      'trigger "Note it" of table shop.orders on the source fires for replicated rows too',
      "subscription feed on the source writes rows that come from elsewhere",
      "Fix, as a superuser: GRANT pg_monitor TO novice",
      "Fix, as a superuser: GRANT pg_signal_backend TO novice",
      "Fix, as a superuser: ALTER ROLE novice CREATEROLE",
    ]) {
      expect(result.cause).toContain(finding);
    }
    await clusters.source.as("postgres", "hidden", (client) =>
      client.query("ALTER SUBSCRIPTION feed SET (slot_name = NONE); DROP SUBSCRIPTION feed"),
    );
  });

  test("fails when the secret is not the application's password, without printing it", async () => {
    await migrateBoth(clusters, "secretive");
    const pair = pairOn(clusters, "secretive", {
      applicationPassword: () => Promise.resolve("s3cr3t of another"),
    });
    const result = await keeper.run(startPlan({ databases: [pair] }));
    expect(result.cause).toContain("the application cannot log in to the source: role shop_app");
    expect(JSON.stringify(result)).not.toContain("s3cr3t");
  });

  test.each(["roles", "schema", "gates", "publications", "forward", "copied", "reverse", "proven"])(
    "D6: a failure at step %s takes everything back, and the next run succeeds",
    async (id) => {
      const database = `fails_at_${id}`;
      await migrateBoth(clusters, database);
      const world = worldOf(clusters, [database]);
      const plan = startPlan(world);
      const broken: Plan = {
        ...plan,
        steps: plan.steps.map((step) =>
          step.id === id
            ? {
                ...step,
                check: () => Promise.resolve(false),
                async run(context) {
                  await step.run(context);
                  throw new Error("broken");
                },
              }
            : step,
        ),
      };
      expect(await keeper.run(broken)).toMatchObject({ outcome: "undone" });
      expect(await allTraces(database)).toEqual([]);
      await clusters.target.as("postgres", database, (client) => client.query("TRUNCATE shop.orders"));
      expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    },
  );

  test("fails when the source keeps too much log for the copy, gives it up, and the slots are gone", async () => {
    await migrateBoth(clusters, "retaining");
    const result = await keeper.run(
      startPlan(worldOf(clusters, ["retaining"]), { warnBytes: 0, stopBytes: 1 }),
    );
    expect(result).toMatchObject({ outcome: "undone" });
    expect(result.cause).toMatch(
      /the copy is given up, before the source's disk is in danger: slot relocate_to_target_retaining/,
    );
    expect(await allTraces("retaining")).toEqual([]);
  });

  test("fails to complete what was never started, and writes no proof", async () => {
    await migrateBoth(clusters, "unstarted");
    const completion = {
      read: () => Promise.resolve("{}"),
      write: () => Promise.reject(new Error("nothing is to be written")),
    };
    const result = await keeper.run(completePlan({ ...worldOf(clusters, ["unstarted"]), completion }));
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    expect(result.cause).toContain("there is nothing to complete");
  });

  test("clears what a run that died has left: a slot without subscription, and a subscription that is disabled", async () => {
    await migrateBoth(clusters, "leftover");
    await clusters.source.as("postgres", "leftover", (client) =>
      client.query("SELECT pg_create_logical_replication_slot('relocate_to_target_leftover', 'pgoutput')"),
    );
    const world = worldOf(clusters, ["leftover"]);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    await clusters.source.as(OPERATOR, "leftover", (client) =>
      client.query("ALTER SUBSCRIPTION relocate_to_source DISABLE"),
    );
    const refused = await keeper.run(cutoverPlan(world));
    expect(refused.cause).toContain(
      "subscription relocate_to_source on the source is disabled; expected: an enabled one. Fix: run `relocate start` again",
    );
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await keeper.run(cutoverPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
  });

  test("a CREATE SUBSCRIPTION that outlived its runbook is ended, and does not come in the way", async () => {
    await migrateBoth(clusters, "zombie");
    const world = worldOf(clusters, ["zombie"]);
    await clusters.source.as(APPLICATION, "zombie", async (writer) => {
      const interruption = new AbortController();
      const stuck = await keeper.run(
        // CREATE SUBSCRIPTION waits for every transaction that writes at the publisher.
        withEvent(startPlan(world), "publications", () =>
          writer.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')"),
        ),
        ({ step, event }) => {
          if (step === "forward" && event === "begun")
            void slotIsThere(clusters, "zombie").then(() => interruption.abort());
          // The gates can only be taken from a table that nobody writes to.
          if (step === "forward" && event === "undone") void writer.query("ROLLBACK");
        },
        interruption.signal,
      );
      expect(stuck).toMatchObject({
        outcome: "undone",
        cause: expect.stringContaining("interrupted") as string,
      });
    });
    expect(await allTraces("zombie")).toEqual([]);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
  });
});
