import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { SIDES, type Side } from "../../runbook/side";
import { APPLICATION, type Clusters } from "./clusters";

/** One acknowledged write. */
export interface Acknowledged {
  readonly key: string;
  readonly side: Side;
  readonly at: number;
}

/** Applications that write all the time, as fast as the servers let them, and keep a ledger of what was acknowledged. */
export interface Writers {
  readonly ledger: readonly Acknowledged[];
  /** SQLSTATE or message, and how often. */
  readonly errors: ReadonlyMap<string, number>;
  /** Resolves when a write has been acknowledged by a side from now on. */
  wroteOn(side: Side): Promise<void>;
  stop(): Promise<void>;
}

/** An order and its event are one transaction; a repeated key makes neither, so an event that is doubled was doubled here. */
export const WRITE = `
WITH made AS (INSERT INTO shop.orders (key, writer) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING RETURNING key)
INSERT INTO shop.events (key) SELECT key FROM made`;

/**
 * @param known sides that a writer tries, as whatever it finds the writer by tells it. @default - both, in order
 */
export function startWriters(
  clusters: Clusters,
  database: string,
  count = 6,
  known: () => readonly Side[] = () => SIDES,
): Writers {
  const ledger: Acknowledged[] = [];
  const errors = new Map<string, number>();
  let stopping = false;

  /** The first side that takes writes, like a driver that is given both hosts and asked for the read-write one. */
  const findWriter = async (): Promise<{ client: Client; side: Side } | undefined> => {
    for (const side of known()) {
      const client = new Client(clusters[side].config(APPLICATION, database));
      client.on("error", () => undefined);
      try {
        await client.connect();
        const { rows } = await client.query<{ transaction_read_only: string }>("SHOW transaction_read_only");
        if (rows[0]?.transaction_read_only === "off") return { client, side };
      } catch (error) {
        count_(errors, error);
      }
      await client.end();
    }
    return undefined;
  };

  const write = async (writer: number): Promise<void> => {
    let found: Awaited<ReturnType<typeof findWriter>>;
    while (!stopping) {
      const key = randomUUID();
      for (let acknowledged = false; !acknowledged && !stopping;) {
        found ??= await findWriter();
        if (!found) {
          await pause(5);
          continue;
        }
        try {
          await found.client.query(WRITE, [key, String(writer)]);
          ledger.push({ key, side: found.side, at: performance.now() });
          acknowledged = true;
        } catch (error) {
          count_(errors, error);
          await found.client.end();
          found = undefined;
        }
      }
      await pause(10);
    }
    await found?.client.end();
  };
  const running = Array.from({ length: count }, (_, writer) => write(writer));
  return {
    ledger,
    errors,
    async wroteOn(side) {
      const seen = ledger.length;
      while (!ledger.slice(seen).some((entry) => entry.side === side)) await pause(5);
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}

/** What a side has of the ledger. */
export async function audit(
  clusters: Clusters,
  side: Side,
  database: string,
  ledger: readonly Acknowledged[],
): Promise<{ lost: number; duplicated: number }> {
  return clusters[side].as("postgres", database, async (client) => {
    const orders = await client.query<{ key: string }>("SELECT key FROM shop.orders");
    const events = await client.query<{ key: string; n: number }>(
      "SELECT key, count(*)::int AS n FROM shop.events GROUP BY key",
    );
    const known = new Set(orders.rows.map(({ key }) => key));
    const times = new Map(events.rows.map(({ key, n }) => [key, n]));
    return {
      lost: ledger.filter(({ key }) => !known.has(key) || !times.has(key)).length,
      duplicated: [...times.values()].filter((n) => n > 1).length,
    };
  });
}

/** Time without acknowledgement between two sides, in milliseconds, of each change of side. */
export function holds(ledger: readonly Acknowledged[]): number[] {
  return ledger.flatMap((entry, index) => {
    const before = ledger[index - 1];
    return before && before.side !== entry.side ? [entry.at - before.at] : [];
  });
}

function count_(errors: Map<string, number>, error: unknown): void {
  const { code, message } = error as { code?: string; message: string };
  errors.set(code ?? message, (errors.get(code ?? message) ?? 0) + 1);
}
