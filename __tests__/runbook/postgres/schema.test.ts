import type { Client } from "pg";
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
    (await client.query("SELECT open, epoch::int, opened::int FROM relocate.gate")).rows[0];
  const withGate = (state: string, work: () => Promise<void>) =>
    cluster.as(OPERATOR, "orders", async (connected) => {
      client = connected;
      await client.query(`DROP SCHEMA IF EXISTS relocate CASCADE`);
      await client.query(createSchema("source"));
      await client.query(`UPDATE relocate.gate SET ${state}`);
      await work();
    });
  const fence = (epoch: number) => client.query("CALL relocate.fence($1, $2, '1 s')", [epoch, [APPLICATION]]);
  const open = (epoch: number) => client.query("SELECT relocate.open_gate($1, $2)", [epoch, [APPLICATION]]);
  const drain = (epoch: number) => client.query("SELECT relocate.drain($1, '50 ms') AS n", [epoch]);

  test("a fence closes, marks and can be repeated; taken back, its number is spent", () =>
    withGate("open = true", async () => {
      await fence(1);
      await fence(1);
      expect(await gate()).toEqual({ open: false, epoch: 1, opened: 0 });
      expect((await client.query("SELECT token FROM relocate.marker")).rows).toEqual([{ token: "drain-1" }]);
      await client.query("SELECT relocate.reopen_gate(1, $1)", [[APPLICATION]]);
      expect(await gate()).toEqual({ open: true, epoch: 1, opened: 0 });
      await expect(fence(1)).rejects.toThrow("switch 1 was taken back");
      expect(await gate()).toMatchObject({ open: true });
    }));

  test("a fence that was taken back before it came, comes in vain", () =>
    withGate("open = true", async () => {
      await client.query("SELECT relocate.reopen_gate(3, $1)", [[APPLICATION]]);
      await expect(fence(3)).rejects.toThrow("switch 3 was taken back");
      await expect(fence(2)).rejects.toThrow("switch 2 was taken back");
      expect(await gate()).toMatchObject({ open: true, epoch: 3 });
    }));

  test("a side opens only once it has drained the very switch, and never with a number that is spent", () =>
    withGate("open = false, epoch = 0, opened = -1", async () => {
      await expect(open(1)).rejects.toThrow("has not drained switch 1");
      expect((await drain(1)).rows).toEqual([{ n: null }]);
      await client.query("INSERT INTO relocate.marker (token, sequences) VALUES ('drain-1', '[]')");
      await drain(1);
      expect((await client.query("SELECT relocate.forfeit(1)")).rows).toEqual([{ forfeit: true }]);
      await expect(open(1)).rejects.toThrow("switch 1 was taken back");
      await client.query("INSERT INTO relocate.marker (token, sequences) VALUES ('drain-2', '[]')");
      await expect(open(2)).rejects.toThrow("has not drained switch 2");
      await drain(2);
      await open(2);
      await open(2);
      expect(await gate()).toEqual({ open: true, epoch: 2, opened: 2 });
      expect((await client.query("SELECT relocate.forfeit(3)")).rows).toEqual([{ forfeit: false }]);
    }));

  test("sequences are never set back on a side that has opened", () =>
    withGate("open = true, epoch = 1, opened = 1", async () => {
      await client.query(
        "INSERT INTO relocate.marker (token, sequences) VALUES ('drain-1', '[]'), ('drain-2', '[]')",
      );
      await expect(drain(1)).rejects.toThrow("switch 1 was taken back or is past: this gate is open");
      await expect(drain(2)).rejects.toThrow("this gate is open");
    }));

  test("sequences arrive as they are: descending, used once, never used, with odd names", () =>
    withGate("open = true", async () => {
      await client.query(`
        CREATE SEQUENCE shop."Down, down" INCREMENT -3 MINVALUE -1000 MAXVALUE -1 CYCLE;
        SELECT nextval('shop."Down, down"'), nextval('shop."Down, down"'); SELECT nextval('shop.receipt_number')`);
      await fence(1);
      const positions = `SELECT last_value, is_called FROM shop."Down, down" UNION ALL
                         SELECT last_value, is_called FROM shop.receipt_number UNION ALL
                         SELECT last_value, is_called FROM shop."Odd name_id_seq"`;
      const { rows: before } = await client.query(positions);
      await client.query(`SELECT setval('shop."Down, down"', -500), setval('shop.receipt_number', 1, false), nextval('shop."Odd name_id_seq"');
                          UPDATE relocate.gate SET epoch = 0`);
      await drain(1);
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
      await client.query(`CREATE TRIGGER relocate_gate BEFORE INSERT ON shop.orders
                          FOR EACH STATEMENT EXECUTE FUNCTION relocate.check_gate()`);
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
          blind.query("CALL relocate.fence(1, $1, '300 ms')", [[APPLICATION]]),
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
                       ALTER ROLE ${OPERATOR} SET statement_timeout = '200 ms'`),
    );
    await withGate("open = true", async () => {
      const { signal } = new AbortController();
      const session = await connect(cluster.config(OPERATOR, "orders"), signal);
      const waiting = session.query(signal, "SELECT relocate.await_marker('late', '20 s') AS seen");
      await cluster.as("postgres", "orders", (superuser) =>
        superuser.query("SELECT pg_sleep(0.5); INSERT INTO relocate.marker (token) VALUES ('late')"),
      );
      await expect(waiting).resolves.toEqual([{ seen: true }]);
      await session.close();
    });
  });
});
