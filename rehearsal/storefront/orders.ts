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

// One statement is one transaction and one round trip, however far the writer is.
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
  )
  SELECT id FROM placed`;

const ORDER = `
  SELECT o.id, o.idempotency_key AS key, o.customer,
    (SELECT coalesce(json_agg(json_build_object('product', l.product, 'quantity', l.quantity) ORDER BY l.position), '[]')
      FROM order_lines l WHERE l.order_id = o.id) AS lines
  FROM orders o`;

/** Writes an order, once; resolves when it is committed. */
export async function placeOrder(
  pool: Pool,
  order: NewOrder,
): Promise<{ readonly order: Order; readonly isNew: boolean }> {
  const placed = await pool.query<{ id: string }>({
    name: "place-order",
    text: PLACE,
    values: [order.key, order.customer, JSON.stringify(order.lines)],
  });
  const id = placed.rows[0]?.id;
  if (id !== undefined) return { order: { ...order, id }, isNew: true };
  const known = await findOrder(pool, order.key);
  if (!known) throw new Error(`Order ${order.key} was refused as known and is not there`);
  return { order: known, isNew: false };
}

export async function findOrder(pool: Pool, key: string): Promise<Order | undefined> {
  const text = `${ORDER} WHERE o.idempotency_key = $1`;
  return (await pool.query<Order>({ name: "find-order", text, values: [key] })).rows[0];
}

/** The newest orders first. */
export async function listOrders(pool: Pool, limit: number): Promise<Order[]> {
  const text = `${ORDER} ORDER BY o.id DESC LIMIT $1`;
  return (await pool.query<Order>({ name: "list-orders", text, values: [limit] })).rows;
}
