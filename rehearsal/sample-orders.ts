import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { Side } from "../runbook/side";
import type { DatabasePair } from "../runbook/world";
import type { StoredOrder } from "./database-verdict";
import { migrate } from "./storefront/migrations";

/** Runs the storefront's own migrations on both sides. */
export async function migrateBothSides(pair: DatabasePair): Promise<void> {
  for (const name of pair.applicationRoles) {
    const role = { name, password: await pair.applicationPassword(name) };
    await onSide(pair, "source", (client) => migrate(client, role));
    await onSide(pair, "target", async (client) => {
      // Tasks ask every host for one that takes writes, and nothing closes the target before the runbook's first plan:
      // the role has to be born read-only there.
      const quoted = escapeIdentifier(role.name);
      await client.query(`CREATE ROLE ${quoted} LOGIN PASSWORD ${escapeLiteral(role.password)}`);
      // For this database alone, as the runbook's fence does it: that is what its opening takes back.
      const database = escapeIdentifier(pair.databaseName);
      await client.query(
        `ALTER ROLE ${quoted} IN DATABASE ${database} SET default_transaction_read_only = on`,
      );
      await migrate(client, role);
    });
  }
}

/** Every order that a side holds. */
export function readOrders(pair: DatabasePair, side: Side): Promise<StoredOrder[]> {
  return onSide(pair, side, async (client) => {
    const { rows } = await client.query<StoredOrder>(
      "SELECT idempotency_key AS key, id::text AS id FROM orders",
    );
    return rows;
  });
}

async function onSide<T>(pair: DatabasePair, side: Side, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(await pair.operator(side));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
