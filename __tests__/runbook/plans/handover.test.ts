import { setTimeout as pause } from "node:timers/promises";
import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import type { SwitchLimits } from "../../../runbook/plans/switch-limits";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import {
  APPLICATION,
  migrate,
  OPERATOR,
  pairOn,
  startClusters,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
import { PASSWORD } from "../server";
import { startWriters, type Writers } from "../writers";
import {
  expectNothingLost,
  migrateBoth,
  openSides,
  operator,
  settled,
  switchElsewhere,
  type Operator,
} from "./course";
import { unasked } from "./switch-process";

const limits: Partial<SwitchLimits> = { olderTransactions: 500, drain: 1_500, steadyLag: 0 };

describe("the right to write, under way between two real clusters", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let writers: Writers | undefined;
  beforeAll(async () => {
    clusters = await startClusters();
  });
  afterAll(() => stopClusters(clusters));
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await writers?.stop();
    writers = undefined;
    keeper.close();
  });

  const started = async (database: string): Promise<World> => {
    await migrateBoth(clusters, database);
    const world = worldOf(clusters, [database]);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    writers = startWriters(clusters, database);
    await writers.wroteOn("source");
    return world;
  };
  const succeed = async (plan: Plan): Promise<void> =>
    expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });
  const switchTo = (world: World, to: Side): Plan =>
    to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
  const gateIs = async (side: Side, database: string, state: string): Promise<void> => {
    await clusters[side].as("postgres", database, async (client) => {
      while ((await client.query(`SELECT FROM relocate.gate WHERE ${state}`)).rowCount === 0) await pause(1);
    });
  };
  /** A transaction that the fence has to wait for, held while the work is done. */
  const duringFence = (side: Side, database: string, work: (end: () => Promise<void>) => Promise<void>) =>
    clusters[side].as(APPLICATION, database, async (client) => {
      // The fence ends the application's sessions, this one too.
      client.on("error", () => undefined);
      await client.query("BEGIN; INSERT INTO shop.orders (key) VALUES (gen_random_uuid()::text)");
      await work(async () => void (await client.query("COMMIT")));
    });

  test.each(SIDES)(
    "D6: killed inside the hold, and never run again, the switch to the %s still comes to its end",
    async (to) => {
      const database = `orphaned_${to}`;
      const world = await started(database);
      if (to === "source")
        expect(await keeper.run(switchTo(world, "target"))).toMatchObject({ outcome: "done" });
      const runbook = await switchElsewhere(clusters, { to, journal: keeper.journal, database });
      await duringFence(otherSide(to), database, async (end) => {
        runbook.goOn();
        await gateIs(otherSide(to), database, "holds AND NOT open");
        runbook.kill("SIGKILL");
        expect(await runbook.result).toBeUndefined();
        await end();
      });
      await writers?.wroteOn(to);
      expect(await openSides(clusters, database)).toEqual([to]);
      expect(await keeper.run(switchTo(world, to))).toMatchObject({ outcome: "done", cause: undefined });
      await expectNothingLost(clusters, database, writers);
    },
  );

  test("D6: killed inside a hold that cannot get through, the source opens again with nobody there", async () => {
    const database = "abandoned";
    const world = await started(database);
    const runbook = await switchElsewhere(clusters, { to: "target", journal: keeper.journal, database });
    await duringFence("source", database, async (end) => {
      runbook.goOn();
      await gateIs("source", database, "holds AND NOT open");
      runbook.kill("SIGKILL");
      expect(await runbook.result).toBeUndefined();
      await gateIs("source", database, "open");
      await writers?.wroteOn("source");
      await end();
    });
    expect(await keeper.run(switchTo(world, "target"))).toMatchObject({ outcome: "done", resumed: true });
    await expectNothingLost(clusters, database, writers);
  });

  test("D6: a runbook that was stopped while the fence ended without it finds that out, and changes nothing", async () => {
    const database = "stopped";
    await started(database);
    const runbook = await switchElsewhere(clusters, { to: "target", journal: keeper.journal, database });
    await duringFence("source", database, async (end) => {
      runbook.goOn();
      await gateIs("source", database, "holds AND NOT open");
      runbook.kill("SIGSTOP");
      await gateIs("source", database, "open");
      await end();
      runbook.kill("SIGCONT");
      const result = await runbook.result;
      expect(result).toMatchObject({ outcome: "undone", crossed: false });
      expect(result?.cause).toMatch(/older than the fence have not ended/);
    });
    expect(await openSides(clusters, database)).toEqual(["source"]);
    await expectNothingLost(clusters, database, writers);
  });

  test("B4: a target that dies before the right has come, and the runbook with it, opens when it is back, with everything before it", async () => {
    const database = "absent";
    const world = await started(database);
    const runbook = await switchElsewhere(clusters, { to: "target", journal: keeper.journal, database });
    await duringFence("source", database, async (end) => {
      runbook.goOn();
      await gateIs("source", database, "holds AND NOT open");
      runbook.kill("SIGKILL");
      expect(await runbook.result).toBeUndefined();
      await clusters.target.kill();
      await end();
      await gateIs("source", database, "NOT holds");
      await clusters.target.start();
    });
    await gateIs("target", database, "open");
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done" });
    await writers?.wroteOn("target");
    await expectNothingLost(clusters, database, writers);
  });

  test("B4: a runbook that lives opens the source again as soon as the target dies in the hold", async () => {
    const database = "dead";
    const world = await started(database);
    await duringFence("source", database, async (end) => {
      const running = keeper.run(cutoverPlan(world, { ...limits, olderTransactions: 20_000 }));
      await gateIs("source", database, "holds AND NOT open");
      await clusters.target.kill();
      await writers?.wroteOn("source");
      await end();
      await clusters.target.start();
      expect((await running).outcome).not.toBe("done");
    });
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done", cause: undefined });
    await writers?.wroteOn("target");
    await expectNothingLost(clusters, database, writers);
  });

  test("B4: a target that dies as soon as it has opened keeps every write that it acknowledged", async () => {
    const database = "shortlived";
    const world = await started(database);
    for (const to of ["target", "source", "target"] as const) {
      const running = keeper.run(switchTo(world, to));
      await writers?.wroteOn(to);
      await clusters[to].kill();
      await clusters[to].start();
      await running;
      expect(await keeper.run(switchTo(world, to))).toMatchObject({ outcome: "done" });
      await writers?.wroteOn(to);
    }
    await expectNothingLost(clusters, database, writers);
  });

  test("B4: what cannot get through is refused, and comes in vain when it comes after all", async () => {
    const database = "cut";
    const world = await started(database);
    const forward = (verb: string) =>
      clusters.target.as(OPERATOR, database, (client) =>
        client.query(`ALTER SUBSCRIPTION relocate_to_target ${verb}`),
      );
    await duringFence("source", database, async (end) => {
      const running = keeper.run(cutoverPlan(world, { ...limits, olderTransactions: 10_000 }));
      await gateIs("source", database, "holds AND NOT open");
      await forward("DISABLE");
      await end();
      const result = await running;
      expect(result).toMatchObject({ outcome: "undone", crossed: false });
      expect(result.cause).toMatch(/has not come to the target within 1500 ms/);
    });
    await writers?.wroteOn("source");
    await forward("ENABLE");
    await settled(clusters, database);
    expect(await openSides(clusters, database)).toEqual(["source"]);
    expect(await keeper.run(switchTo(world, "target"))).toMatchObject({ outcome: "done" });
    await expectNothingLost(clusters, database, writers);
  });

  test("A5: sequences of another owner are set, with no more rights than the operator's", async () => {
    const database = "owned";
    await Promise.all([migrateBoth(clusters, database)]);
    for (const side of SIDES) {
      await clusters[side].as("postgres", database, (client) =>
        client.query(`CREATE ROLE "the owner"; GRANT "the owner" TO ${OPERATOR};
                      ALTER TABLE shop.events OWNER TO "the owner";
                      GRANT USAGE, CREATE ON SCHEMA shop TO "the owner";
                      ALTER SEQUENCE shop.receipt_number OWNER TO "the owner"`),
      );
    }
    const world = worldOf(clusters, [database]);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    const next = async (side: Side) =>
      clusters[side].as(APPLICATION, database, async (client) => {
        const { rows } = await client.query<{ v: string }>("SELECT nextval('shop.receipt_number') AS v");
        return Number(rows[0]?.v);
      });
    const last = await next("source");
    expect(await keeper.run(switchTo(world, "target"))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await next("target")).toBeGreaterThan(last);
  });

  test("D6: whom a strict fence keeps out logs in again when its runbook is killed, after an abort, and after the end", async () => {
    const database = "strict";
    const [role, retired] = ["strict_app", "retired_app"];
    for (const side of SIDES) {
      await migrate(clusters[side], database, role);
      await clusters[side].as(OPERATOR, database, (client) =>
        client.query(`CREATE ROLE ${retired} LOGIN PASSWORD '${PASSWORD}'`),
      );
    }
    const world: World = {
      databases: [
        pairOn(clusters, database, {
          applicationRoles: [role, retired],
          strictFence: true,
          endpoint: { kind: "cname", name: unasked() },
        }),
      ],
    };
    const loginsOf = async (name: string): Promise<Side[]> => {
      const tried = SIDES.map((side) => clusters[side].as(name, database, () => Promise.resolve(side)));
      return (await Promise.allSettled(tried)).flatMap((one) =>
        one.status === "fulfilled" ? one.value : [],
      );
    };
    /** Asked without a login, which the fence would end. */
    const mayLogIn = (side: Side, expected: boolean): Promise<void> =>
      clusters[side].as("postgres", database, async (client) => {
        const asked = `SELECT FROM pg_roles WHERE rolname = '${role}' AND rolcanlogin = ${expected}`;
        while ((await client.query(asked)).rowCount === 0) await pause(5);
      });
    await succeed(startPlan(world));
    const fate = {
      to: "target",
      database,
      journal: keeper.journal,
      application: role,
      strictFence: true,
    } as const;
    const runbook = await switchElsewhere(clusters, fate);
    await clusters.source.as(OPERATOR, database, async (older) => {
      // Behind its preflight, which would refuse a transaction of two seconds.
      await older.query("BEGIN; SELECT FROM shop.orders");
      runbook.goOn();
      await mayLogIn("source", false);
      runbook.kill("SIGKILL");
      expect(await runbook.result).toBeUndefined();
      await mayLogIn("source", true);
      await older.query("COMMIT");
    });
    await clusters.source.as(OPERATOR, database, (client) => client.query(`ALTER ROLE ${retired} NOLOGIN`));
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    expect([await loginsOf(role), await loginsOf(retired)]).toEqual([["target"], ["target"]]);
    await succeed(rollbackPlan(world, { steadyLag: 0 }));
    expect([await loginsOf(role), await loginsOf(retired)]).toEqual([["source"], []]);
    await clusters.source.as(OPERATOR, database, (client) => client.query(`ALTER ROLE ${retired} LOGIN`));
    await succeed(startPlan(world));
    expect(await loginsOf(role)).toEqual(["source"]);
    await succeed(abortPlan(world));
    expect([await loginsOf(role), await loginsOf(retired)]).toEqual([SIDES, SIDES]);

    await succeed(startPlan(world));
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await succeed(startPlan(world));
    expect(await loginsOf(role)).toEqual(["target"]);
    await succeed(completePlan(world));
    expect(await loginsOf(role)).toEqual(SIDES);
    await clusters.source.as(role, database, async (client) =>
      expect((await client.query("SHOW transaction_read_only")).rows).toEqual([
        { transaction_read_only: "on" },
      ]),
    );
  });
});
