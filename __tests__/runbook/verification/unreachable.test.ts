import { verifyTables } from "../../../runbook/verification/tables";
import type { DatabasePair } from "../../../runbook/world";

test("fails for a server that is not reached, saying which side, where and what to do, without the password", async () => {
  const { signal } = new AbortController();
  const nobody: DatabasePair = {
    ...{ name: "orders", databaseName: "orders", strategy: "logical", endpoint: { kind: "host-list" } },
    applicationRoles: [],
    operator: () => Promise.resolve({ host: "127.0.0.1", port: 1, user: "keeper", password: "hunter2" }),
    conninfo: () => Promise.reject(new Error("not asked for")),
    applicationPassword: () => Promise.reject(new Error("not asked for")),
  };
  const error = (await verifyTables(nobody, { signal }).catch((thrown: unknown) => thrown)) as Error;
  expect(error.message).toMatch(
    /^the operator cannot log in to the (source|target): 127\.0\.0\.1:1: connect ECONNREFUSED .*; run it where the network/,
  );
  expect(error.message).not.toContain("hunter2");
});
