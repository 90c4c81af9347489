import { databasesIn } from "../../../rehearsal/storefront/databases";

test("every database of the environment, by the name that the workload gives it, with TLS as its URL asks for", () => {
  const found = databasesIn({
    ORDERS_DATABASE_URL:
      "postgresql://a@one:5432,two:5432/orders?target_session_attrs=read-write&sslmode=verify-full",
    ORDERS_DATABASE_PASSWORD: "secret",
    PAST_SALES_DATABASE_URL: "postgresql://b@pooler.internal:6432/past_sales?sslmode=require",
    PAST_SALES_DATABASE_PASSWORD: "secret too",
    LEDGER_DATABASE_URL: "postgresql://c@writer.internal/ledger?sslmode=verify-ca",
    LEDGER_DATABASE_PASSWORD: "secret as well",
    PORT: "8080",
  });
  expect(found.map(({ name, config: { user, password } }) => [name, user, password])).toEqual([
    ["orders", "a", "secret"],
    ["past-sales", "b", "secret too"],
    ["ledger", "c", "secret as well"],
  ]);
  const [orders, sales, ledger] = found.map(({ config }) => config.ssl);
  expect(orders).toBe(true);
  expect(sales).toEqual({ rejectUnauthorized: false });
  expect(ledger).not.toHaveProperty("rejectUnauthorized");
});

test("fails with all that is missing, and never with a password", () => {
  const environment = {
    ORDERS_DATABASE_URL: "postgresql://a:hunter2@one/orders",
    STOCK_DATABASE_URL: "mysql://one",
  };
  expect(() => databasesIn(environment)).toThrow(
    /ORDERS_DATABASE_PASSWORD is absent\n.*ORDERS_DATABASE_URL: Expected[^]*STOCK_DATABASE_PASSWORD is absent/,
  );
  expect(() => databasesIn(environment)).not.toThrow(/hunter2/);
});

test("fails without any database", () => {
  expect(() => databasesIn({ PORT: "8080" })).toThrow("no variable <NAME>_DATABASE_URL names a database");
});
