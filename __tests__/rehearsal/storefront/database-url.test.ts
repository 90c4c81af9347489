import { parseDatabaseUrl } from "../../../rehearsal/storefront/database-url";

const OPTIONS = "target_session_attrs=read-write&sslmode=verify-full";

test("B4 a list of hosts that asks for the read-write one", () => {
  expect(
    parseDatabaseUrl(`postgresql://orders%5Fapp@one.example.com:5432,two.example.com:6432/orders?${OPTIONS}`),
  ).toEqual({
    hosts: [
      { host: "one.example.com", port: 5432 },
      { host: "two.example.com", port: 6432 },
    ],
    user: "orders_app",
    database: "orders",
    sslMode: "verify-full",
    sslNegotiation: "postgres",
  });
});

test.each(["require", "verify-ca", "verify-full"] as const)(
  "a pooler or a name that follows the writer is one host, with sslmode %s",
  (sslMode) => {
    const url = parseDatabaseUrl(`postgresql://app@writer.internal:6432/orders?sslmode=${sslMode}`);
    expect(url).toMatchObject({ hosts: [{ host: "writer.internal", port: 6432 }], sslMode });
  },
);

test("a host without a port has PostgreSQL's, and TLS may start at once", () => {
  const url = parseDatabaseUrl(`postgres://app@one/orders?${OPTIONS}&sslnegotiation=direct`);
  expect(url.hosts).toEqual([{ host: "one", port: 5432 }]);
  expect(url.sslNegotiation).toBe("direct");
});

test("fails with everything that this application cannot do without", () => {
  expect(() =>
    parseDatabaseUrl("postgresql://app@one:x,two/orders?sslmode=require&sslnegotiation=odd"),
  ).toThrow(
    'The database URL does not fit: target_session_attrs is absent, expected "read-write"; ' +
      'sslmode is "require", expected "verify-full"; sslnegotiation is "odd"; host "one" has no valid port',
  );
  expect(() => parseDatabaseUrl("postgresql://app@one/orders?sslmode=prefer")).toThrow(
    'sslmode is "prefer", expected "require" or "verify-ca" or "verify-full"',
  );
});

test("fails for what is no such URL, without repeating it", () => {
  expect(() => parseDatabaseUrl("postgresql://app:hunter2@one/orders")).toThrow(
    /^Expected postgresql:\/\/<user>@/,
  );
  expect(() => parseDatabaseUrl("postgresql://app:hunter2@one/orders")).not.toThrow(/hunter2/);
});
