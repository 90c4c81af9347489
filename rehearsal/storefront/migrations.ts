import { type ClientBase, escapeIdentifier, escapeLiteral } from "pg";

export interface ApplicationRole {
  readonly name: string;
  readonly password: string;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idempotency_key text NOT NULL UNIQUE,
    customer text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS order_lines (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id),
    position bigint NOT NULL,
    product text NOT NULL,
    quantity int NOT NULL,
    UNIQUE (order_id, position)
  );
  CREATE TABLE IF NOT EXISTS shipments (
    order_id bigint PRIMARY KEY REFERENCES orders (id),
    shipped_at timestamptz
  );
  CREATE INDEX IF NOT EXISTS shipments_due ON shipments (order_id) WHERE shipped_at IS NULL;
  CREATE TABLE IF NOT EXISTS reports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    orders bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
  );`;

/**
 * The sample application's own migrations: tables owned by the operator role that runs them, and the role the
 * application connects as. Run twice, they change nothing.
 */
export async function migrate(client: ClientBase, role: ApplicationRole): Promise<void> {
  const name = escapeIdentifier(role.name);
  await client.query("BEGIN");
  try {
    const known = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role.name]);
    const verb = known.rowCount === 0 ? "CREATE" : "ALTER";
    await client.query(`${verb} ROLE ${name} LOGIN PASSWORD ${escapeLiteral(role.password)}`);
    await client.query(TABLES);
    await client.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON orders, order_lines, shipments, reports TO ${name}`,
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
