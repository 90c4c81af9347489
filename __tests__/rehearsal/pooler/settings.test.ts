import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poolerSettings } from "../../../lib/regional/pooler-settings";
import { findPgbouncer } from "../../../rehearsal/pooler/program";
import { settingsHere } from "../../../rehearsal/pooler/settings";

const given = poolerSettings({ staged: "/run/staged", own: "/run/own" }, 40);

test("the settings of the task definition are taken over, but for where it listens and whose name it verifies", () => {
  const { text, leftOut } = settingsHere(given, 15_432, { version: [1, 24] });
  expect(leftOut).toEqual([]);
  const changed = text.split("\n").filter((line) => !given.split("\n").includes(line));
  expect(changed).toEqual([
    "listen_addr = 127.0.0.1",
    "listen_port = 15432",
    "server_tls_sslmode = verify-ca",
  ]);
});

test("what an older PgBouncer would refuse to start with is left out, and said to be", () => {
  const { text, leftOut } = settingsHere(given, 15_432, { version: [1, 18] });
  expect(text).not.toContain("max_prepared_statements");
  expect(leftOut).toEqual(["max_prepared_statements: PgBouncer 1.18 does not know it, 1.21 does"]);
});

describe("the program", () => {
  const path = process.env.PATH;
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "relocate-pgbouncer-"))));
  afterEach(() => {
    process.env.PATH = path;
    rmSync(directory, { recursive: true });
  });
  const install = (script: string) => {
    const file = join(directory, "pgbouncer");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.PATH = `${directory}:${path}`;
  };

  test("tells its version", async () => {
    install("echo PgBouncer 1.24.1; echo libevent 2.1.12");
    expect(await findPgbouncer()).toEqual({ version: [1, 24] });
  });

  test("fails with the package to install when it cannot be run", async () => {
    install("exit 127");
    await expect(findPgbouncer()).rejects.toThrow(
      /pgbouncer is not installed\. Install the package pgbouncer/,
    );
  });

  test("fails when it does not say which version it is", async () => {
    install("echo something else");
    await expect(findPgbouncer()).rejects.toThrow('pgbouncer --version: found "something else"');
  });
});
