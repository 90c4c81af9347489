import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMULATOR_TIMEOUT } from "../runbook/aws/emulators/emulator";
import { OPERATOR, startCluster, type Cluster } from "../runbook/clusters";
import { takeSnapshot } from "../runbook/server";
import { openCloud, type Cloud } from "./cloud";
import { REGIONS } from "./cloud-parts";
import { relocate } from "./relocate";

const DATABASE = "archive";

let source: Cluster;
let target: Cluster | undefined;
let cloud: Cloud;
const directory = mkdtempSync(join(tmpdir(), "relocate-cli-late-rows-"));

beforeAll(async () => {
  source = await startCluster();
  await source.as("postgres", "postgres", (client) =>
    client.query(`GRANT SET ON PARAMETER session_replication_role TO ${OPERATOR}`),
  );
  await source.as(OPERATOR, "postgres", (client) => client.query(`CREATE DATABASE ${DATABASE}`));
  await source.as(OPERATOR, DATABASE, (client) =>
    client.query("CREATE SCHEMA kept; CREATE TABLE kept.users (id int PRIMARY KEY)"),
  );
  cloud = await openCloud("cli-late", { source, target: source }, [DATABASE]);
  Object.assign(cloud.parts.standby.databases[DATABASE]!, { strategy: "snapshot", acceptedLossMinutes: 5 });
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  await cloud?.close();
  await Promise.all([source?.stop(), target?.stop()]);
});

function moveTarget(host: string, port: number): void {
  Object.assign(cloud.parts.standby.databases[DATABASE]!.target, { host, port });
  cloud.write();
}

async function run(...args: string[]) {
  const shared = ["--outputs", cloud.outputs, "--ca-file", cloud.authority, "--json"];
  const { code, stdout, stderr } = await relocate([...args, ...shared], cloud.environment, directory).ended;
  return { code, stderr, ...(JSON.parse(stdout) as Record<string, unknown>) };
}

// Each test goes on where the one before it has left the relocation.
describe("a database with strategy snapshot", () => {
  test("D2: start records what is written, and tells to take the snapshot; late-rows tells that none was restored", async () => {
    moveTarget("", source.port);
    expect(await run("start")).toMatchObject({
      code: 0,
      notes: [expect.stringContaining("deploy cli-late-standby with --var archive_snapshot=<snapshot>")],
      next: [expect.stringContaining("relocate late-rows ")],
    });
    expect(await run("late-rows")).toMatchObject({
      code: 1,
      error: expect.stringContaining(`no snapshot was restored in ${REGIONS.target} yet`) as string,
    });
  });

  test("A4 A5: late-rows tells what the snapshot lacks, with the accepted loss", async () => {
    const restore = await takeSnapshot(source);
    await source.as(OPERATOR, DATABASE, (client) => client.query("INSERT INTO kept.users VALUES (2), (3)"));
    target = await restore({ ssl: "on", ssl_cert_file: "tls.crt", ssl_key_file: "tls.key" });
    moveTarget("localhost", target.port);
    expect(await run("late-rows")).toMatchObject({
      code: 4,
      databases: [
        { database: DATABASE, acceptedLossMinutes: 5, tables: [{ table: "kept.users", inserted: 2 }] },
      ],
      next: [expect.stringContaining("relocate replay ")],
    });
  });

  test("A5: replay tells in a dry run what it would do, and does it", async () => {
    const dry = await run("replay", "--dry-run");
    expect(JSON.stringify(dry)).toContain("archive, target: DELETE FROM kept.users of 0 rows, INSERT of 2");
    expect(await run("replay", "--yes")).toMatchObject({ code: 0, outcome: "done" });
    expect(
      await target?.as(OPERATOR, DATABASE, (client) => client.query("SELECT FROM kept.users")),
    ).toMatchObject({ rowCount: 2 });
  });
});
