import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ClientConfig } from "pg";
import { openForwarder, type Forwarder } from "../../../rehearsal/forwarder";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import type { DatabasePair } from "../../../runbook/world";
import { APPLICATION, OPERATOR, startClusters, stopClusters, type Clusters } from "../../runbook/clusters";
import { openSides, settled, withEvent } from "../../runbook/plans/course";
import { startPooledWriters } from "../../runbook/pooled-writers";
import { startPoolers } from "../../runbook/poolers";
import { audit } from "../../runbook/writers";
import { OUTAGE, workerIs } from "./file-world";
import { LIMITS, prepareGrounds, startObserver, type Ground } from "./ground";

describe("D6 B4: a switch that something happens to", () => {
  let clusters: Clusters;
  let ground: Ground | undefined;
  let observer: ReturnType<typeof startObserver> | undefined;
  /** What the servers of both regions, and the runbook in the target's, have of the other region. */
  const links = new Map<Side, Forwarder>();
  const cut = (lasts: boolean) => [...links.values()].forEach((link) => link.cut(lasts));

  beforeAll(async () => {
    clusters = await startClusters();
    for (const side of SIDES) links.set(side, await openForwarder(clusters[side].port, 1));
  });
  afterAll(async () => {
    await Promise.all([...links.values()].map((link) => link.close()));
    await stopClusters(clusters);
  });
  afterEach(async () => {
    cut(false);
    const observed = await observer?.stop();
    await ground?.close();
    [ground, observer] = [undefined, undefined];
    expect(observed).toMatchObject({ twoWriters: [] });
    expect(observed?.looks).toBeGreaterThan(10);
  });

  const linkTo = (side: Side, config: ClientConfig): ClientConfig => ({
    ...config,
    port: links.get(side)?.port,
  });
  const farApart = (database: string): Partial<DatabasePair> => ({
    operator: (side) => {
      const config = clusters[side].config(OPERATOR, database);
      return Promise.resolve(side === "source" ? linkTo(side, config) : config);
    },
    conninfo: (subscriber) => {
      const { port, ...rest } = linkTo(
        otherSide(subscriber),
        clusters[otherSide(subscriber)].config(OPERATOR, database),
      );
      return Promise.resolve(
        `host=127.0.0.1 port=${port} dbname=${database} user=${OPERATOR} password='${rest.password as string}'`,
      );
    },
  });

  const prepare = async (database: string, change: Partial<DatabasePair> = {}): Promise<Ground> => {
    const [prepared] = await prepareGrounds(clusters, [database], () => change);
    if (!prepared) throw new Error(`${database} was not prepared`);
    ground = prepared;
    observer = startObserver([ground]);
    return ground;
  };
  const gateIs = (side: Side, database: string, state: string) =>
    clusters[side].as("postgres", database, async (client) => {
      while ((await client.query(`SELECT FROM relocate.gate WHERE ${state}`)).rowCount === 0) await pause(1);
    });
  /** Does something while a fence waits for a transaction of the application. */
  const duringFence = async (
    ground: Ground,
    begin: () => Promise<unknown>,
    work: (end: () => Promise<unknown>) => Promise<void>,
  ): Promise<void> => {
    const { database } = ground.shared;
    await clusters.source.as(APPLICATION, database, async (client) => {
      // The fence ends the application's sessions, this one too.
      client.on("error", () => undefined);
      await client.query("BEGIN; INSERT INTO shop.orders (key) VALUES (gen_random_uuid()::text)");
      const switching = begin();
      await gateIs("source", database, "holds AND NOT open");
      await work(() => client.query("COMMIT"));
      await switching;
    });
  };
  const expectDone = async (ground: Ground, to: Side): Promise<void> => {
    expect(await ground.run(ground.plan(to))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await openSides(clusters, ground.shared.database)).toEqual([to]);
    expect(workerIs(ground.shared)).toEqual({ [to]: true, [otherSide(to)]: false });
  };

  test("the link between the regions goes down in the hold: the right to write waits in the stream, and arrives with the link", async () => {
    const ground = await prepare("cut_amid", farApart("cut_amid"));
    await ground.load("source");
    await duringFence(
      ground,
      () => ground.run(cutoverPlan(ground.world, { ...LIMITS, drain: 30_000 })),
      async (end) => {
        cut(true);
        await end();
        await gateIs("source", "cut_amid", "NOT holds");
        expect(await openSides(clusters, "cut_amid")).toEqual([]);
        cut(false);
        await gateIs("target", "cut_amid", "open");
      },
    );
    await ground.wroteOn("target");
    await expectDone(ground, "target");
    await ground.expectNothingLost();
  });

  test("the link goes down right after the handover: the target serves on, a rollback is refused, and later goes through", async () => {
    const ground = await prepare("cut_after", farApart("cut_after"));
    await ground.load("source");
    const plan = withEvent(cutoverPlan(ground.world, LIMITS), "handover", () => Promise.resolve(cut(true)));
    expect(await ground.run(plan)).toMatchObject({ outcome: "done", cause: undefined });
    await ground.wroteOn("target");
    const refused = await ground.run(rollbackPlan(ground.world, LIMITS));
    expect(refused.outcome).not.toBe("done");
    expect(refused.cause).toMatch(/operator cannot log in to the source/);
    await ground.wroteOn("target");
    cut(false);
    await expectDone(ground, "source");
    await ground.wroteOn("source");
    await ground.expectNothingLost();
  });

  test("a pooler dies in the hold: the other instances go on at the new writer", async () => {
    const ground = await prepare("pooled");
    const running = await startPoolers(clusters, { database: "pooled", each: 2 });
    const [victim, ...others] = running.instances;
    const writers = startPooledWriters(clusters, [victim!], 1);
    const survivors = startPooledWriters(clusters, others, 1);
    try {
      await Promise.all([writers.wrote(), survivors.wrote()]);
      const [pair] = ground.world.databases;
      const world = {
        ...ground.world,
        databases: [{ ...pair!, endpoint: { kind: "pooler", poolers: running.poolers } as const }],
      };
      await duringFence(
        ground,
        () => ground.run(cutoverPlan(world, LIMITS)),
        async (end) => {
          process.kill(victim!.pid, "SIGKILL");
          await end();
        },
      );
      expect(await ground.run(cutoverPlan(world, LIMITS))).toMatchObject({ outcome: "done" });
      await survivors.wrote();
      expect(survivors.errors).toEqual([]);
    } finally {
      await Promise.all([writers.stop(), survivors.stop()]);
      await running.stop();
    }
    await settled(clusters, "pooled");
    for (const side of SIDES) {
      const ledger = [...writers.ledger, ...survivors.ledger];
      expect(await audit(clusters, side, "pooled", ledger)).toEqual({ lost: 0, duplicated: 0 });
    }
  });

  test("the edge's store does not answer: the writer has switched, and the same command goes on when it does", async () => {
    const ground = await prepare("edgeless");
    await ground.load("source");
    const outage = join(ground.shared.directory, OUTAGE);
    writeFileSync(outage, "");
    const result = await ground.run(ground.plan("target"));
    expect(result).toMatchObject({ outcome: "stopped", crossed: true });
    expect(result.cause).toContain("the edge's store does not answer");
    await ground.wroteOn("target");
    rmSync(outage);
    await expectDone(ground, "target");
    await ground.expectNothingLost();
  });

  test("the lag never falls: nobody is held, and the switch is undone", async () => {
    const ground = await prepare("lagging");
    await ground.load("source");
    const impatient = (to: Side) => {
      const plan = ground.plan(to);
      return {
        ...plan,
        steps: plan.steps.map((step) => (step.id === "lag" ? { ...step, timeout: 1_500 } : step)),
      };
    };
    await clusters.target.as(OPERATOR, "lagging", async (client) => {
      await client.query("BEGIN; LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE");
      await ground.wroteOn("source");
      const result = await ground.run(impatient("target"));
      expect(result).toMatchObject({ outcome: "undone", crossed: false });
      expect(result.cause).toMatch(/^Replication is close behind: not done within/);
      await client.query("COMMIT");
    });
    expect(await openSides(clusters, "lagging")).toEqual(["source"]);
    expect(workerIs(ground.shared)).toEqual({ source: true, target: false });
    await ground.wroteOn("source");
    await expectDone(ground, "target");
    await ground.expectNothingLost();
  });

  test("fails for a second operator, who is told of the first one, and the first one's switch is not disturbed", async () => {
    const ground = await prepare("two_operators");
    await ground.load("source");
    let first: ReturnType<Ground["elsewhere"]> | undefined;
    await duringFence(
      ground,
      () => (first = ground.elsewhere("target")),
      async (end) => {
        await expect(ground.run(ground.plan("target"))).rejects.toThrow(
          /another operator is at work: .*process/,
        );
        await end();
      },
    );
    expect(await first).toMatchObject({ outcome: "done" });
    expect(workerIs(ground.shared)).toEqual({ source: false, target: true });
    await ground.wroteOn("target");
    await ground.expectNothingLost();
  });

  test("the journal's disk is full: all is taken back, and with room again the same command goes through", async () => {
    const ground = await prepare("full_disk");
    await ground.load("source");
    // In blocks of 512 bytes (POSIX, "ulimit"): a few lines more, and there is no room.
    const room = Math.ceil(statSync(ground.journal).size / 512) + 3;
    const result = await ground.elsewhere("target", `ulimit -f ${room}`);
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    expect(result.cause).toMatch(/the journal cannot be written/);
    expect(await openSides(clusters, "full_disk")).toEqual(["source"]);
    expect(workerIs(ground.shared)).toEqual({ source: true, target: false });
    await ground.wroteOn("source");
    await expectDone(ground, "target");
    await ground.expectNothingLost();
  });
});
