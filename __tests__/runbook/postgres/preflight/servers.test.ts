import { findingsOf } from "../../../../runbook/postgres/preflight/check";
import { skewFindings } from "../../../../runbook/postgres/preflight/clock-skew";
import { describeFinding, type Finding } from "../../../../runbook/postgres/preflight/finding";
import { preflight } from "../../../../runbook/postgres/preflight/preflight";
import { certificateFindings } from "../../../../runbook/postgres/preflight/tls";
import { SIDES, type Side } from "../../../../runbook/side";
import { APPLICATION, OPERATOR, pairOn, startClusters, stopClusters, type Clusters } from "../../clusters";
import { encrypt, verifiedPair } from "./encrypted";
import { look, makeDatabase, makeTemplate, mend } from "./look";

describe("what is found about servers and their roles", () => {
  const { signal } = new AbortController();
  let clusters: Clusters;
  beforeAll(async () => {
    clusters = await startClusters({
      wal_level: "replica",
      max_replication_slots: "1",
      max_active_replication_origins: "1",
      max_logical_replication_workers: "1",
      max_worker_processes: "2",
      max_wal_senders: "1",
    });
    await makeTemplate(clusters);
    for (const name of ["first", "second", "third"]) await makeDatabase(clusters, name);
  });
  afterAll(() => stopClusters(clusters));

  const briefly = (findings: readonly Pick<Finding, "severity" | "found">[]): string[] =>
    findings.map(({ severity, found }) => `${severity}: ${found}`);
  const superuser = (side: Side, ...statements: string[]) =>
    clusters[side].as("postgres", "first", async (client) => {
      // Each by itself: ALTER SYSTEM is refused in a transaction.
      for (const statement of statements) await client.query(statement);
    });
  const restart = async (side: Side): Promise<void> => {
    await clusters[side].kill();
    await clusters[side].start();
  };

  test("B2: settings that are too low for all databases of a server are mended by its fix and a restart", async () => {
    const pairs = ["first", "second", "third"].map((name) => pairOn(clusters, name));
    const ofSettings = async () =>
      findingsOf(await preflight(pairs, signal)).filter(({ id }) => ["wal-level", "capacity"].includes(id));
    const findings = await ofSettings();
    expect(findings).toHaveLength(12);
    expect(briefly(findings.slice(0, 3))).toEqual([
      "blocks: the source has wal_level replica",
      "blocks: the target has wal_level replica",
      "blocks: the source serves 0 other slots, 0 other senders and 0 other subscriptions, and has too few places: max_replication_slots 1, max_wal_senders 1, max_logical_replication_workers 1, max_active_replication_origins 1, max_worker_processes 2",
    ]);
    expect(findings[2]).toMatchObject({
      expected: "place for 4 more of each",
      fix: { by: "a superuser", then: "restart the server" },
    });
    for (const finding of findings) await mend(clusters, "first", finding);
    await Promise.all(SIDES.map(restart));
    expect(await ofSettings()).toEqual([]);
  });

  test("B2: on RDS settings are a parameter group's, and rights are given by rds_superuser", async () => {
    await superuser("source", "CREATE ROLE rds_superuser", "ALTER SYSTEM SET max_wal_senders = 1");
    await restart("source");
    const [finding] = await look(pairOn(clusters, "first"), ["capacity"]);
    expect(finding && describeFinding(finding)).toMatch(
      /Fix: set max_wal_senders = 2 in the parameter group of the source, and reboot it$/,
    );
    await superuser("source", `GRANT rds_superuser TO ${APPLICATION}`);
    const [above] = await look(pairOn(clusters, "first"), ["application-roles"]);
    expect(above).toMatchObject({
      found: `role ${APPLICATION} is a superuser on the source`,
      fix: { sql: `REVOKE rds_superuser FROM ${APPLICATION}`, by: "rds_superuser" },
    });
    await superuser("source", "DROP ROLE rds_superuser", "ALTER SYSTEM SET max_wal_senders = 10");
    await restart("source");
  });

  test("B2: an operator without any right is given each by its fix, and needs no superuser afterwards", async () => {
    await superuser(
      "target",
      "CREATE ROLE novice LOGIN PASSWORD 'not a secret'; GRANT USAGE ON SCHEMA shop TO novice",
    );
    const plain = pairOn(clusters, "first");
    const pair = {
      ...plain,
      operator: (side: Side) =>
        Promise.resolve(clusters[side].config(side === "target" ? "novice" : OPERATOR, "first")),
    };
    const findings = await look(pair, ["operator-rights"]);
    expect(briefly(findings)).toEqual([
      "blocks: the operator cannot see other sessions' transactions on the target",
      "blocks: the operator cannot end the application's sessions on the target",
      "blocks: the operator cannot turn the application's roles read-only on the target",
      "blocks: the operator cannot open a replication connection on the target",
      "blocks: the operator cannot create anything in the database on the target",
      "blocks: the operator cannot make a subscription on the target",
    ]);
    expect(briefly(await look(pair, ["connectivity"]))).toEqual([
      "blocks: the target's server cannot log in to the source's: permission denied for database first",
    ]);
    for (const finding of findings) await mend(clusters, "first", finding);
    expect(await look(pair, ["operator-rights", "connectivity"])).toEqual([]);
  });

  test("B2: an application role that is missing, above every gate, or out of the operator's reach is told", async () => {
    await superuser("source", "CREATE ROLE almighty SUPERUSER LOGIN; CREATE ROLE aloof LOGIN");
    const pair = pairOn(clusters, "first", {
      applicationRoles: [APPLICATION, "almighty", "aloof", "nobody"],
    });
    const findings = await look(pair, ["application-roles"]);
    expect(briefly(findings)).toEqual([
      "blocks: role almighty is a superuser on the source",
      "blocks: the operator has no rights over role aloof on the source",
      "blocks: role nobody is missing on the source",
    ]);
    await mend(clusters, "first", findings[0] as Finding);
    await mend(clusters, "first", findings[1] as Finding);
    expect(briefly(await look(pair, ["application-roles"]))).toEqual([
      "blocks: the operator has no rights over role almighty on the source",
      "blocks: role nobody is missing on the source",
    ]);
  });

  test("B2: a target that encodes and sorts text in another way is told", async () => {
    await clusters.target.as(OPERATOR, "postgres", (client) => client.query("DROP DATABASE third"));
    await superuser(
      "target",
      "CREATE DATABASE third ENCODING 'LATIN1' LOCALE_PROVIDER icu ICU_LOCALE 'de' LOCALE 'C' TEMPLATE template0",
    );
    const findings = await look(pairOn(clusters, "third"), ["collations"]);
    expect(briefly(findings)).toEqual([
      "blocks: the target's database is encoded in LATIN1",
      expect.stringMatching(/^warns: the target's database sorts text by i C C de$/) as string,
    ]);
  });

  test("B2: a side that cannot be reached is a finding, and so is that of another database", async () => {
    const plain = pairOn(clusters, "first");
    const unreachable = {
      ...plain,
      name: "astray",
      operator: async (side: Side) => ({
        ...(await plain.operator(side)),
        ...(side === "target" ? { port: 1 } : {}),
      }),
    };
    const checks = await preflight([unreachable, pairOn(clusters, "second")], signal);
    expect(checks.filter(({ database }) => database === "astray")).toEqual([
      {
        database: "astray",
        id: "reachable",
        title: "The operator can log in to both sides",
        findings: [
          expect.objectContaining({
            side: "target",
            found: expect.stringMatching(
              /^the operator cannot log in to the target: 127\.0\.0\.1:1: /,
            ) as string,
          }),
        ],
      },
    ]);
    expect(checks.filter(({ database }) => database === "second").length).toBeGreaterThan(30);
    const plainly = findingsOf(checks).filter(({ id }) => id === "tls");
    expect(briefly(plainly)).toEqual([
      "warns: the source's server does not encrypt (ssl is off)",
      "warns: the target's server does not encrypt (ssl is off)",
      "warns: the source's server reads from the target with sslmode prefer: encrypted only if the other asks for it",
      "warns: the target's server reads from the source with sslmode prefer: encrypted only if the other asks for it",
    ]);
    expect(plainly[0]?.fix).toMatchObject({ sql: "ALTER SYSTEM SET ssl = 'on';" });
  });

  test("D1: two databases with nothing wrong, fully encrypted, pass every check without a finding", async () => {
    for (const side of SIDES) {
      await superuser(side, "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'");
    }
    const certificates = {
      source: await encrypt(clusters.source, 365),
      target: await encrypt(clusters.target, 365),
    };
    const pairs = ["first", "second"].map((name) => verifiedPair(clusters, name, certificates));
    const checks = await preflight(pairs, signal);
    expect(findingsOf(checks).map(describeFinding)).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["reachable", "connectivity", "tls", "twins"]),
    );

    // A server that is told to verify the other one by its own authority refuses it, before anything is begun.
    const [pair] = pairs;
    const crossed = {
      ...pair!,
      conninfo: async (side: Side) =>
        (await pair!.conninfo(side)).replace(
          /sslrootcert='.*'/,
          `sslrootcert='${clusters[side].data}/server.crt'`,
        ),
    };
    const refused = await look(crossed, ["connectivity"]);
    expect(refused.map(({ severity, side }) => ({ severity, side }))).toEqual(
      SIDES.map((side) => ({ severity: "blocks", side })),
    );
    for (const { found } of refused) expect(found).toContain("certificate verify failed");

    // The same with a certificate that ends soon, and a runbook that does not look whose it is.
    await encrypt(clusters.source, 20);
    const careless = {
      ...verifiedPair(clusters, "first", certificates),
      operator: (side: Side) =>
        Promise.resolve({ ...clusters[side].config(OPERATOR, "first"), ssl: { rejectUnauthorized: false } }),
    };
    expect(briefly(await look(careless, ["tls"]))).toEqual([
      "warns: the runbook's own connection to the source is encrypted, and does not verify whose server it is",
      expect.stringMatching(
        /^warns: the certificate of the source's server \(a test's server\) ends at 20/,
      ) as string,
      "warns: the runbook's own connection to the target is encrypted, and does not verify whose server it is",
    ]);
  });

  test("B2: a certificate that has ended stands in the way", () => {
    const certificate = { subject: "orders", notAfter: new Date("2026-01-01T00:00:00Z") };
    expect(briefly(certificateFindings("target", certificate, new Date("2026-01-02")))).toEqual([
      "blocks: the certificate of the target's server (orders) has ended at 2026-01-01T00:00:00.000Z",
    ]);
    expect(certificateFindings("target", certificate, new Date("2025-06-01"))).toEqual([]);
  });

  test("B2: clocks that differ are told by more than the answers' own time, and those of these servers do not", async () => {
    const at = (server: number, took: number) => ({ asked: 1_000, server, answered: 1_000 + took });
    expect(briefly(skewFindings(at(1_000, 0), at(3_000, 0)))).toEqual([
      "warns: the clock of the source's server is 2000 ms behind the target's",
    ]);
    expect(briefly(skewFindings(at(3_000, 10), at(1_000, 10)))).toEqual([
      "warns: the clock of the target's server is 2000 ms behind the source's",
    ]);
    expect(skewFindings(at(1_000, 0), at(3_000, 4_000))).toEqual([]);
    expect(await look(pairOn(clusters, "first"), ["clock-skew"])).toEqual([]);
  });
});
