import { describeFinding } from "../../../../runbook/postgres/preflight/finding";
import { SIDES, type Side } from "../../../../runbook/side";
import { APPLICATION, OPERATOR, pairOn, startClusters, stopClusters, type Clusters } from "../../clusters";
import { KIND_IDS, look, makeDatabase, makeTemplate, mend } from "./look";
import { ROLE_FAULTS } from "./role-faults";
import { SERVER_FAULTS } from "./server-faults";
import { TABLE_FAULTS } from "./table-faults";

const FAULTS = { ...ROLE_FAULTS, ...TABLE_FAULTS, ...SERVER_FAULTS };

const only = (text: string | RegExp): unknown =>
  typeof text === "string" ? text : (expect.stringMatching(text) as unknown);

describe("what is found in a database, each kind shown on real servers, and mended by its own fix", () => {
  let clusters: Clusters;
  /** Of all faults: each is mended before the next. */
  const database = "faulty";
  beforeAll(async () => {
    clusters = await startClusters({ max_slot_wal_keep_size: "10GB", max_prepared_transactions: "5" });
    await makeTemplate(clusters);
    await makeDatabase(clusters, database);
  });
  afterAll(() => stopClusters(clusters));

  let number = 0;
  const someDatabase = async (): Promise<string> => {
    const database = `finding_${++number}`;
    await makeDatabase(clusters, database);
    return database;
  };

  test.each(Object.entries(FAULTS))(
    "B2: %s",
    async (_, { kind, severity, side, by, after, found, fix, phase }) => {
      for (const at of SIDES) {
        const sql = by[at]?.replaceAll("{database}", database);
        if (sql) await clusters[at].as("postgres", database, (client) => client.query(sql));
      }
      const pair = pairOn(clusters, database);
      const findings = await look(pair, [kind], { phase });
      expect(findings).toEqual([
        {
          id: kind,
          severity,
          side,
          database,
          found: only(found),
          expected: expect.any(String) as string,
          fix: expect.objectContaining({ sql: only(fix), on: expect.any(String) as string }) as unknown,
        },
      ]);
      for (const finding of findings) await mend(clusters, database, finding);
      expect((await look(pair, [kind], { phase })).filter((left) => left.severity !== "note")).toEqual([]);
      if (after) await clusters.source.as("postgres", database, (client) => client.query(after));
    },
  );

  test("B2: a database with nothing wrong has no finding of any kind but those of plain connections", async () => {
    const database = await someDatabase();
    const pair = pairOn(clusters, database);
    const findings = await look(
      pair,
      KIND_IDS.filter((id) => !["tls", "preparing", "gates", "subscriptions"].includes(id)),
    );
    expect(findings.map(describeFinding)).toEqual([]);
  });

  test("B2: transactions that are open, prepared or changing the schema are named, and can be ended", async () => {
    const database = await someDatabase();
    const pair = pairOn(clusters, database);
    await clusters.source.as(APPLICATION, database, async (writer) => {
      await writer.query(
        "BEGIN; INSERT INTO shop.orders (key) VALUES ('p'); PREPARE TRANSACTION 'half done'",
      );
      writer.on("error", () => undefined);
      await writer.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('x')");
      await clusters.source.as(OPERATOR, database, async (migration) => {
        migration.on("error", () => undefined);
        await migration.query(
          "BEGIN; CREATE TABLE shop.fresh (id int); ALTER TABLE shop.events ADD COLUMN late text",
        );
        const ids = ["long-transactions", "prepared-transactions", "ddl-in-flight", "preparing"];
        const early = await look(pair, ids, { patience: 60_000 });
        expect(early.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
          "prepared-transactions blocks",
          "ddl-in-flight warns",
          "ddl-in-flight warns",
          "preparing note",
        ]);
        const findings = await look(pair, ids.slice(0, 3), { phase: "switch", patience: 0 });
        const texts = findings.map(({ found }) => found.replace(/process \d+/, "process"));
        expect(texts).toEqual([
          `process of role ${APPLICATION} (no application name) on the source is in a transaction since more than 0 ms`,
          `process of role ${OPERATOR} (no application name) on the source is in a transaction since more than 0 ms`,
          "prepared transaction half done is pending on the source",
          `process of role ${OPERATOR} (no application name) on the source is changing schema shop`,
          `process of role ${OPERATOR} (no application name) on the source is changing shop.events`,
        ]);
        expect(findings.every(({ severity }) => severity === "blocks")).toBe(true);
        for (const finding of findings) await mend(clusters, database, finding);
        for (;;)
          if ((await look(pair, ids.slice(0, 3), { phase: "switch", patience: 0 })).length === 0) break;
      });
    });
  });

  test("B2: each server is asked to log in to the other, and what it answers has no password in it", async () => {
    const database = await someDatabase();
    const pair = pairOn(clusters, database);
    expect(await look(pair, ["connectivity"])).toEqual([]);
    const astray = {
      ...pair,
      conninfo: async (subscriber: Side) =>
        subscriber === "target"
          ? (await pair.conninfo("target")).replace("not a secret", "s3cr3t of another")
          : `postgresql://${OPERATOR}:s3cr3t@127.0.0.1:1/${database}`,
    };
    const findings = await look(astray, ["connectivity"]);
    expect(findings.map(({ found, side, severity }) => ({ found, side, severity }))).toEqual([
      {
        severity: "blocks",
        side: "source",
        found: expect.stringMatching(
          /^the source's server cannot log in to the target's: .*127\.0\.0\.1.*port 1 failed/,
        ) as string,
      },
      {
        severity: "blocks",
        side: "target",
        found: expect.stringMatching(
          /^the target's server cannot log in to the source's: .*password authentication failed/,
        ) as string,
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
    const logs = await Promise.all(
      SIDES.map((side) => import("node:fs/promises").then((fs) => fs.readFile(clusters[side].log, "utf8"))),
    );
    expect(logs.join("")).not.toContain("s3cr3t");
    for (const side of SIDES) {
      await clusters[side].as("postgres", database, async (client) => {
        expect(
          (await client.query("SELECT FROM pg_subscription WHERE subname = 'relocate_try'")).rowCount,
        ).toBe(0);
      });
    }
  });
});
