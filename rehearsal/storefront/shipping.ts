import type { Pool } from "pg";

/** Orders that one transaction ships: many at a time, or a backlog would take as long as it took to grow. */
const AT_ONCE = 20;

const CLAIM = `
  SELECT s.order_id AS id, o.idempotency_key AS key
    FROM shipments s JOIN orders o ON o.id = s.order_id
   WHERE s.shipped_at IS NULL ORDER BY s.order_id LIMIT ${AT_ONCE} FOR UPDATE OF s SKIP LOCKED`;
const DONE = "UPDATE shipments SET shipped_at = now() WHERE order_id = ANY ($1::bigint[])";

/**
 * Claims orders that are due and ships them. What leaves the house cannot be taken back by a rollback: were the
 * transaction to fail after it, or another worker to hold the same claim on the other side, an order would be shipped twice.
 *
 * @param ship sends one parcel
 * @returns how many were shipped
 */
export async function shipDue(pool: Pool, ship: (key: string) => void): Promise<number> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const { rows } = await client.query<{ id: string; key: string }>(CLAIM);
    for (const { key } of rows) ship(key);
    if (rows.length > 0) await client.query(DONE, [rows.map(({ id }) => id)]);
    await client.query("COMMIT");
    return rows.length;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
