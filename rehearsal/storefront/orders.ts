import type { Pool } from "pg";

export interface OrderLine {
  readonly product: string;
  readonly quantity: number;
}

export interface NewOrder {
  /** The client's name for this order: the same key twice is the same order. */
  readonly key: string;
  readonly customer: string;
  readonly lines: readonly OrderLine[];
}

export interface Order extends NewOrder {
  /** A decimal number that may be longer than JavaScript's integers are exact. */
  readonly id: string;
}

/** The server that answered: its own address, behind whatever name, pooler or forwarder. */
const SERVER = "host(inet_server_addr()) || ':' || inet_server_port() AS server";

// One statement is one transaction and one round trip, however far the writer is. Without a name for it: a pooler in
// transaction mode may send the next one by another connection.
const PLACE = `
  WITH placed AS (
    INSERT INTO orders (idempotency_key, customer) VALUES ($1, $2)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id
  ), lines AS (
    INSERT INTO order_lines (order_id, position, product, quantity)
    SELECT placed.id, line.position, line.product, line.quantity
    FROM placed, ROWS FROM (jsonb_to_recordset($3::jsonb) AS (product text, quantity int))
      WITH ORDINALITY AS line (product, quantity, position)
  ), due AS (
    INSERT INTO shipments (order_id) SELECT placed.id FROM placed
  )
  SELECT id, ${SERVER} FROM placed`;

type Found = Order & Record<string, unknown>;

const BY_KEY = "WHERE o.idempotency_key = $1";

const orderWith = (...more: readonly string[]) => `
  SELECT ${["o.id, o.idempotency_key AS key, o.customer", ...more].join(", ")},
    (SELECT coalesce(json_agg(json_build_object('product', l.product, 'quantity', l.quantity) ORDER BY l.position), '[]')
      FROM order_lines l WHERE l.order_id = o.id) AS lines
  FROM orders o`;

/** Writes an order, once; resolves when it is committed, with the server that has it. */
export async function placeOrder(
  pool: Pool,
  order: NewOrder,
): Promise<{ readonly order: Order; readonly server: string; readonly isNew: boolean }> {
  const values = [order.key, order.customer, JSON.stringify(order.lines)];
  const [placed] = (await pool.query<{ id: string; server: string }>(PLACE, values)).rows;
  if (placed) return { order: { ...order, id: placed.id }, server: placed.server, isNew: true };
  const [known] = (
    await pool.query<Found & { server: string }>(`${orderWith(SERVER)} ${BY_KEY}`, [order.key])
  ).rows;
  if (!known) throw new Error(`Order ${order.key} was refused as known and is not there`);
  const { server, ...found } = known;
  return { order: found, server, isNew: false };
}

export async function findOrder(pool: Pool, key: string): Promise<Order | undefined> {
  return (await pool.query<Found>(`${orderWith()} ${BY_KEY}`, [key])).rows[0];
}

/** The newest orders first. */
export async function listOrders(pool: Pool, limit: number): Promise<Order[]> {
  return (await pool.query<Found>(`${orderWith()} ORDER BY o.id DESC LIMIT $1`, [limit])).rows;
}
