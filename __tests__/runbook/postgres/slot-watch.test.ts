import { recordPosition } from "../../../runbook/postgres/position";
import { createSchema } from "../../../runbook/postgres/schema";
import { connect, type Session } from "../../../runbook/postgres/session";
import { sowSlot } from "../../../runbook/postgres/slot-placement";
import { judgeSlot, slotWatch, stopInTime, type Slot } from "../../../runbook/postgres/slot-watch";
import { dropSlots } from "../../../runbook/postgres/subscription";
import { migrate, OPERATOR, startCluster, type Cluster } from "../clusters";

const MEBIBYTE = 2 ** 20;

describe("the slots that keep log", () => {
  const { signal } = new AbortController();
  let cluster: Cluster;
  let session: Session;
  beforeAll(async () => {
    cluster = await startCluster({ min_wal_size: "32MB", max_wal_size: "64MB" });
    await migrate(cluster, "orders");
    session = await connect(cluster.config(OPERATOR, "orders"), signal);
  });
  afterAll(async () => {
    await session.close();
    await cluster.stop();
  });

  const makeSlot = (name: string) =>
    session.query(signal, "SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
  const write = (mebibytes: number) =>
    session.query(
      signal,
      `SELECT pg_logical_emit_message(false, 'filling', repeat('x', ${MEBIBYTE})) FROM generate_series(1, ${mebibytes})`,
    );
  const limits = { warnBytes: 4 * MEBIBYTE, stopBytes: 12 * MEBIBYTE };

  test("B3: one that nobody reads from warns, then is dropped before the disk is in danger, and others stay", async () => {
    await makeSlot("relocate_to_target_orders");
    await makeSlot("of_somebody_else");
    expect(await slotWatch(session, limits, signal)).toMatchObject([
      { name: "relocate_to_target_orders", isActive: false, walStatus: "reserved", verdict: "ok" },
    ]);
    await write(6);
    const [warned] = await stopInTime(session, limits, signal);
    expect(warned).toMatchObject({ verdict: "warn" });
    expect(warned?.retainedBytes).toBeGreaterThan(6 * MEBIBYTE);
    expect(warned?.inactiveSince).toBeLessThanOrEqual(Date.now());
    expect(warned?.reason).toMatch(
      /^slot relocate_to_target_orders keeps \d+ MiB of log, and nobody reads from it; it is stopped at 12 MiB$/,
    );
    await write(8);
    expect(await stopInTime(session, limits, signal)).toMatchObject([{ verdict: "stop" }]);
    expect(await slotWatch(session, limits, signal)).toEqual([]);
    const left = await session.query(signal, "SELECT slot_name FROM pg_replication_slots");
    expect(left).toEqual([{ slot_name: "of_somebody_else" }]);
  });

  test("B3: dropping takes no harm from somebody who drops the same at that moment", async () => {
    const other = await connect(cluster.config(OPERATOR, "orders"), signal);
    const patterns = ["relocate_to_target_taken_%"];
    for (let times = 0; times < 10; times++) {
      for (let n = 0; n < 4; n++) await makeSlot(`relocate_to_target_taken_${n}`);
      await Promise.all([dropSlots(session, patterns, signal), dropSlots(other, patterns, signal)]);
    }
    await other.close();
    const left = await session.query(
      signal,
      "SELECT slot_name FROM pg_replication_slots WHERE slot_name ~ 'taken'",
    );
    expect(left).toEqual([]);
  });

  test("B3: one that the server has given up itself is told as lost, and sown anew before a promotion", async () => {
    await makeSlot("relocate_to_target_orders");
    await cluster.as("postgres", "orders", async (superuser) => {
      await superuser.query("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
      await superuser.query("SELECT pg_reload_conf()");
      await write(20);
      for (let times = 0; times < 3; times++) {
        await superuser.query("SELECT pg_switch_wal()");
        await superuser.query("CHECKPOINT");
      }
    });
    const [lost] = await slotWatch(session, { warnBytes: 2 ** 40, stopBytes: 2 ** 40 }, signal);
    expect(lost).toMatchObject({ walStatus: "lost", verdict: "stop" });
    expect(lost?.reason).toContain("slot relocate_to_target_orders is lost");
    await sowSlot(session, "relocate_to_target_orders", signal);
    expect(await slotWatch(session, limits, signal)).toMatchObject([{ walStatus: "reserved" }]);
  });

  test("B3: what the server is about to give up warns before any limit of ours", () => {
    const slot: Slot = { name: "s", isActive: true, walStatus: "extended", retainedBytes: 3 * MEBIBYTE };
    expect(judgeSlot(slot, limits)).toEqual({ verdict: "ok" });
    expect(judgeSlot({ ...slot, safeBytes: 2 * MEBIBYTE }, limits)).toEqual({
      verdict: "warn",
      reason: "slot s keeps 3 MiB of log; the server gives it up in 2 MiB",
    });
    expect(judgeSlot({ ...slot, walStatus: "unreserved" }, limits).verdict).toBe("warn");
  });

  test("E3: the new writer's position at the switch is noted once, and stays as it was noted", async () => {
    await session.query(signal, createSchema("target"));
    const taken = { epoch: 1, from: "source", databaseName: "orders" } as const;
    const first = await recordPosition(session, taken, signal);
    expect(first).toMatchObject({ epoch: 1, timeline: 1, confirmed: undefined });
    expect(first.lsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(Math.abs(first.at - Date.now())).toBeLessThan(60_000);
    await write(1);
    expect(await recordPosition(session, taken, signal)).toEqual(first);
    await makeSlot("relocate_to_source_orders");
    const second = await recordPosition(session, { ...taken, epoch: 3 }, signal);
    expect(second.confirmed).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    const [after] = await session.query(signal, "SELECT $1::pg_lsn > $2::pg_lsn AS later", [
      second.lsn,
      first.lsn,
    ]);
    expect(after).toEqual({ later: true });
  });
});
