import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { readTables } from "../../../runbook/postgres/catalog";
import { installGates } from "../../../runbook/postgres/gate-triggers";
import { publish } from "../../../runbook/postgres/publication";
import { createSchema } from "../../../runbook/postgres/schema";
import { connect } from "../../../runbook/postgres/session";
import { APPLICATION, migrate, OPERATOR, startCluster, type Cluster } from "../clusters";

/** The guards that the simulated world only imitates. */
describe("the gate's functions", () => {
  let cluster: Cluster;
  let client: Client;
  beforeAll(async () => {
    cluster = await startCluster();
    await migrate(cluster, "orders");
  });
  afterAll(() => cluster.stop());

  const gate = async (): Promise<unknown> =>
    (await client.query("SELECT open, holds, epoch::int, opened::int FROM relocate.gate")).rows[0];
  /** Before every table, as a start leaves it. */
  const guard = async (): Promise<void> => {
    const { signal } = new AbortController();
    const session = await connect(cluster.config(OPERATOR, "orders"), signal);
    const tables = await readTables(session, [APPLICATION], signal);
    await installGates(session, tables, signal);
    await publish(session, tables, signal);
    await session.close();
  };
  const withGate = (state: string, work: () => Promise<void>) =>
    cluster.as(OPERATOR, "orders", async (connected) => {
      client = connected;
      await client.query(`DROP SCHEMA IF EXISTS relocate CASCADE`);
      await client.query(createSchema("source"));
      await guard();
      await client.query(`UPDATE relocate.gate SET ${state}`);
      await client.query("CALL relocate.set_read_only($1, false)", [[APPLICATION]]);
      await work();
    });
  const handOver = (epoch: number) =>
    client.query("CALL relocate.hand_over($1, $2, '1 s')", [epoch, [APPLICATION]]);
  const takeBack = async (epoch: number, refused = false): Promise<unknown> =>
    (await client.query("SELECT relocate.take_back($1, $2, $3) AS holds", [epoch, [APPLICATION], refused]))
      .rows[0];
  const refuse = async (epoch: number): Promise<unknown> =>
    (await client.query("SELECT relocate.refuse($1) AS refused", [epoch])).rows[0];
  /** As the apply worker would, and no ordinary session can. */
  const arrive = (epoch: number, sequences = "[]") =>
    cluster.as("postgres", "orders", (superuser) =>
      superuser.query(`SET session_replication_role = replica;
                       INSERT INTO relocate.handover VALUES (${epoch}, '{${APPLICATION}}', '${sequences}');
                       DELETE FROM relocate.handover`),
    );
  const arrival = async (epoch: number): Promise<unknown> =>
    (await client.query("SELECT * FROM relocate.await_handover($1, '50 ms')", [epoch])).rows[0];

  test("a handover leaves this side for good, rests in no table, and its number is spent", () =>
    withGate("open = true", async () => {
      await handOver(1);
      expect(await gate()).toEqual({ open: false, holds: false, epoch: 1, opened: 0 });
      expect((await client.query("SELECT FROM relocate.handover")).rowCount).toBe(0);
      await expect(handOver(1)).rejects.toThrow("this gate is closed and has seen switch 1");
      await expect(handOver(2)).rejects.toThrow("this gate is closed and has seen switch 1");
      expect(await takeBack(1)).toEqual({ holds: false });
      expect(await gate()).toMatchObject({ open: false, holds: false });
    }));

  test("what was handed over comes back only under its own number, once the other side has refused it", () =>
    withGate("open = true", async () => {
      await handOver(1);
      expect(await takeBack(0, true)).toEqual({ holds: false });
      expect(await takeBack(2, true)).toEqual({ holds: false });
      expect(await takeBack(1, true)).toEqual({ holds: true });
      expect(await gate()).toEqual({ open: true, holds: true, epoch: 1, opened: 0 });
      await handOver(2);
      expect(await takeBack(1, true)).toEqual({ holds: false });
    }));

  test("a handover that was taken back before it came, comes in vain", () =>
    withGate("open = true", async () => {
      expect(await takeBack(3)).toEqual({ holds: true });
      await expect(handOver(3)).rejects.toThrow("switch 3 was taken back");
      await expect(handOver(2)).rejects.toThrow("switch 2 was taken back");
      expect(await gate()).toMatchObject({ open: true, epoch: 3 });
    }));

  test("D7: a fence that cannot get through opens again by itself, roles and all", () =>
    withGate("open = true", () =>
      cluster.as(APPLICATION, "orders", async (writer) => {
        await writer.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')");
        await expect(handOver(1)).rejects.toMatchObject({
          message: expect.stringContaining("older than the fence have not ended") as string,
          hint: expect.stringContaining("Let them commit") as string,
        });
        expect(await gate()).toEqual({ open: true, holds: true, epoch: 1, opened: 0 });
        await writer.query("ROLLBACK");
        await cluster.as(APPLICATION, "orders", (next) =>
          next.query("INSERT INTO shop.orders (key) VALUES ('next')"),
        );
      }),
    ));

  test("a fence that is taken back, or cancelled, ends at once and sends nobody away", () =>
    withGate("open = true", () =>
      cluster.as(APPLICATION, "orders", async (writer) => {
        await writer.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')");
        for (const [epoch, end, message] of [
          [
            1,
            `SELECT relocate.take_back(1, '{${APPLICATION}}', false)`,
            "switch 1 was taken back while it waited",
          ],
          [
            2,
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL relocate.hand_over%'",
            "canceling statement",
          ],
        ] as const) {
          const handing = expect(handOver(epoch)).rejects.toThrow(message);
          await cluster.as(OPERATOR, "orders", async (other) => {
            const closed = "SELECT FROM relocate.gate WHERE NOT open";
            while ((await other.query(closed)).rowCount === 0) await pause(5);
            await other.query(end);
          });
          await handing;
          expect(await gate()).toMatchObject({ open: true, epoch });
        }
        await writer.query("COMMIT");
      }),
    ));

  test("a side opens when the right comes, once, and never with a number that is spent", () =>
    withGate("open = false, opened = -1", async () => {
      expect(await arrival(1)).toEqual({ opened: null, refusal: null });
      expect(await refuse(1)).toEqual({ refused: true });
      await arrive(1);
      expect(await arrival(1)).toEqual({ opened: false, refusal: "it was taken back" });
      expect(await gate()).toEqual({ open: false, holds: false, epoch: 1, opened: -1 });
      await arrive(2);
      expect(await arrival(2)).toEqual({ opened: true, refusal: null });
      expect(await gate()).toEqual({ open: true, holds: true, epoch: 2, opened: 2 });
      expect(await refuse(2)).toEqual({ refused: false });
      await handOver(3);
      await arrive(2);
      expect(await refuse(2)).toEqual({ refused: false });
      expect(await gate()).toEqual({ open: false, holds: false, epoch: 3, opened: 2 });
    }));

  test("nobody but replication makes a side open", () =>
    withGate("open = false, opened = -1", async () => {
      await client.query("INSERT INTO relocate.handover VALUES (1, '{}', '[]')");
      expect(await gate()).toMatchObject({ open: false, holds: false });
    }));

  test("what cannot be taken over is refused with the reason, and replication goes on", () =>
    withGate("open = false, opened = -1", async () => {
      const missing = JSON.stringify([{ schema: "shop", name: "missing", last: 1, called: true }]);
      await arrive(1, missing);
      expect(await arrival(1)).toEqual({ opened: false, refusal: 'relation "shop.missing" does not exist' });
      const locked = JSON.stringify([{ schema: "shop", name: "receipt_number", last: 900, called: true }]);
      await cluster.as(OPERATOR, "orders", async (migration) => {
        await migration.query("BEGIN; ALTER SEQUENCE shop.receipt_number CACHE 20");
        await arrive(2, locked);
        await migration.query("ROLLBACK");
      });
      expect(await arrival(2)).toEqual({ opened: false, refusal: "canceling statement due to lock timeout" });
      expect(await gate()).toMatchObject({ open: false, holds: false, epoch: 2 });
      await arrive(3, locked);
      expect(await gate()).toMatchObject({ open: true, holds: true, epoch: 3 });
    }));

  test("sequences are never set back on a side that has opened", () =>
    withGate("open = true, epoch = 1, opened = 1", async () => {
      const before = (await client.query("SELECT last_value FROM shop.receipt_number")).rows;
      const back = JSON.stringify([{ schema: "shop", name: "receipt_number", last: 1, called: false }]);
      await arrive(1, back);
      await arrive(2, back);
      expect((await client.query("SELECT last_value FROM shop.receipt_number")).rows).toEqual(before);
      expect(await gate()).toMatchObject({ open: true, epoch: 1 });
    }));

  test("sequences arrive as they are: descending, used once, never used, with odd names", () =>
    withGate("open = true", async () => {
      await client.query(`
        CREATE SEQUENCE shop."Down, down" INCREMENT -3 MINVALUE -1000 MAXVALUE -1 CYCLE;
        SELECT nextval('shop."Down, down"'), nextval('shop."Down, down"');
        ALTER SEQUENCE shop.receipt_number RESTART; SELECT nextval('shop.receipt_number')`);
      const positions = `SELECT last_value, is_called FROM shop."Down, down" UNION ALL
                         SELECT last_value, is_called FROM shop.receipt_number UNION ALL
                         SELECT last_value, is_called FROM shop."Odd name_id_seq"`;
      const { rows: before } = await client.query(positions);
      const [{ read }] = (await client.query("SELECT relocate.sequence_positions() AS read")).rows as [
        { read: unknown },
      ];
      await client.query(`SELECT setval('shop."Down, down"', -500), setval('shop.receipt_number', 1, false), nextval('shop."Odd name_id_seq"');
                          UPDATE relocate.gate SET open = false, opened = -1`);
      await arrive(1, JSON.stringify(read));
      expect((await client.query(positions)).rows).toEqual(before);
      expect(before).toEqual([
        { last_value: "-4", is_called: true },
        { last_value: "20", is_called: true },
        { last_value: "1", is_called: false },
      ]);
    }));

  test("a missing row counts as a closed gate", () =>
    withGate("open = true", async () => {
      await client.query("DELETE FROM relocate.gate");
      await expect(client.query("INSERT INTO shop.orders (key) VALUES ('x')")).rejects.toMatchObject({
        code: "25006",
      });
    }));

  test("fails, and closes nothing, when it cannot see other sessions' transactions: it would take them for ended", async () => {
    await cluster.as("postgres", "orders", (superuser) =>
      superuser.query(`CREATE ROLE blind LOGIN CREATEROLE PASSWORD 'not a secret';
                       GRANT CREATE ON DATABASE orders TO blind; GRANT pg_signal_backend TO blind;
                       GRANT ${APPLICATION} TO blind WITH ADMIN OPTION, INHERIT FALSE;
                       GRANT USAGE ON SCHEMA shop TO blind; GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO blind;
                       DROP SCHEMA IF EXISTS relocate CASCADE`),
    );
    await cluster.as("blind", "orders", async (blind) => {
      await blind.query(createSchema("source"));
      await cluster.as(APPLICATION, "orders", async (writer) => {
        await writer.query("BEGIN READ WRITE; INSERT INTO shop.orders (key) VALUES ('unseen')");
        await expect(
          blind.query("CALL relocate.hand_over(1, $1, '300 ms')", [[APPLICATION]]),
        ).rejects.toMatchObject({ message: expect.stringContaining("cannot see") as string });
        await writer.query("COMMIT");
      });
      expect((await blind.query("SELECT open FROM relocate.gate")).rows).toEqual([{ open: true }]);
      await blind.query("DROP SCHEMA relocate CASCADE");
    });
  });

  test("what the runbook waits for it sees, whatever isolation and time limit its role is given", async () => {
    await cluster.as("postgres", "orders", (superuser) =>
      superuser.query(`ALTER ROLE ${OPERATOR} SET default_transaction_isolation = 'repeatable read';
                       ALTER ROLE ${OPERATOR} SET statement_timeout = '200 ms';
                       ALTER ROLE ${OPERATOR} SET transaction_timeout = '200 ms';
                       ALTER ROLE ${OPERATOR} SET idle_session_timeout = '1 h'`),
    );
    await withGate("open = true", async () => {
      const { signal } = new AbortController();
      const session = await connect(cluster.config(OPERATOR, "orders"), signal);
      const waiting = session.query(signal, "SELECT relocate.await_marker('late', '20 s') AS seen");
      await cluster.as("postgres", "orders", (superuser) =>
        superuser.query("SELECT pg_sleep(0.5); INSERT INTO relocate.marker (token) VALUES ('late')"),
      );
      await expect(waiting).resolves.toEqual([{ seen: true }]);
      await expect(session.query(signal, "SHOW idle_session_timeout")).resolves.toEqual([
        { idle_session_timeout: "0" },
      ]);
      await session.close();
    });
  });
});
