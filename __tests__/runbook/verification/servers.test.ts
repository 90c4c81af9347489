import { verifyTables } from "../../../runbook/verification/tables";
import { OPERATOR, pairOn, startCluster, stopClusters, type Clusters } from "../clusters";
import { olderBinaries } from "../older-servers";

const signal = new AbortController().signal;

/** A column of every kind that is hashed in a way of its own. */
const EVERYTHING = `
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE spot AS (x float8, y float8);
CREATE TABLE everything (
  id bigint PRIMARY KEY, small int2, whole int4, flag bool, text text, short varchar(20), padded char(10), bytes bytea, key uuid,
  day date, clock time, zoned timetz, moment timestamp, instant timestamptz, span interval, exact numeric, loose float8,
  looser float4, price money, document json, binary_document jsonb, words text[], years int4range, positive positive, mood mood,
  spot spot, network inet, bits bit(3), place point, twice int GENERATED ALWAYS AS (whole * 2) STORED, empty text);
INSERT INTO everything SELECT n, n, n, n % 2 = 0, 'täxt ' || n, 'short', 'pad', '\\xff00', md5(n::text)::uuid,
  '2025-01-01'::date + n, '10:00', '10:00+02', '2025-01-01', '2025-01-01 10:00+02', '1 mon 2 days', n / 3.0, n / 3.0,
  n / 3.0, n, '{"a":  1}', '{"a":  1}', ARRAY['a', 'b c', NULL], int4range(1, n + 1), n, 'glad', (n, 0.1)::spot, '10.0.0.1', '101',
  '(1,2)' FROM generate_series(1, 500) n;`;

describe("the verification of two servers that are not alike", () => {
  let clusters: Clusters;
  beforeAll(async () => {
    const [source, target] = await Promise.all([
      startCluster(
        {
          datestyle: "SQL, DMY",
          intervalstyle: "iso_8601",
          extra_float_digits: "-5",
          bytea_output: "escape",
        },
        olderBinaries(15),
      ),
      startCluster({ timezone: "Asia/Tokyo" }),
    ]);
    clusters = { source, target };
  });
  afterAll(() => stopClusters(clusters));

  const create = async (database: string, source: string, target = source, options = ""): Promise<void> => {
    for (const [side, sql] of [
      ["source", source],
      ["target", target],
    ] as const) {
      await clusters[side].as(OPERATOR, "postgres", (client) =>
        client.query(`CREATE DATABASE ${database} ${side === "target" ? options : ""}`),
      );
      await clusters[side].as("postgres", database, (client) => client.query(sql));
      await clusters[side].as("postgres", database, (client) =>
        client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${OPERATOR}`),
      );
    }
  };
  const verify = (database: string) =>
    verifyTables(pairOn(clusters, database, { applicationRoles: [] }), { signal });

  test("C3: rows of all types are equal on PostgreSQL 15 and 18, whatever their settings", async () => {
    await create("types", EVERYTHING);
    const { verdict, tables } = await verify("types");
    expect({ verdict, tables }).toMatchObject({
      verdict: "equal",
      tables: [{ table: "public.everything", rows: { source: 500, target: 500 } }],
    });
  });

  test("C3: partitions are compared one by one where both sides have the same, and as a whole where not", async () => {
    const table = (root: string, from: string, to: string) => `
      CREATE TABLE ${root} (id int PRIMARY KEY, note text) PARTITION BY RANGE (id);
      CREATE TABLE ${root}_low PARTITION OF ${root} FOR VALUES FROM (0) TO (${from});
      CREATE TABLE ${root}_high PARTITION OF ${root} FOR VALUES FROM (${from}) TO (${to});
      INSERT INTO ${root} SELECT n, 'n' FROM generate_series(0, 99) n;`;
    const keyless = "CREATE TABLE logs (note text) PARTITION BY HASH (note);";
    const parts = (count: number) =>
      Array.from(
        { length: count },
        (_, n) =>
          `CREATE TABLE logs_${n} PARTITION OF logs FOR VALUES WITH (MODULUS ${count}, REMAINDER ${n});`,
      ).join("");
    const rows = "INSERT INTO logs SELECT 'note ' || n FROM generate_series(1, 100) n;";
    const old = `CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
                 INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2);`;
    await create(
      "parts",
      `${table("same", "50", "100")}${table("other", "50", "100")}${keyless}${parts(2)}${rows}${old}
       CREATE TABLE plain (id int PRIMARY KEY); INSERT INTO plain VALUES (1), (2);`,
      `${table("same", "50", "100")}${table("other", "20", "100")}${keyless}${parts(3)}${rows}${old}
       CREATE TABLE plain (id int PRIMARY KEY) PARTITION BY RANGE (id);
       CREATE TABLE plain_all PARTITION OF plain DEFAULT; INSERT INTO plain VALUES (1), (2);`,
    );
    const { verdict, tables } = await verify("parts");
    expect(verdict).toBe("equal");
    expect(tables.map(({ table: name, rows: { source, target } }) => [name, source, target])).toEqual([
      ["public.child", 1, 1],
      ["public.logs", 100, 100],
      ["public.other", 100, 100],
      ["public.parent", 1, 1],
      ["public.plain", 2, 2],
      ["public.same_high", 50, 50],
      ["public.same_low", 50, 50],
    ]);
  });

  test("C3: names tables that one side lacks, whose columns differ, or that may not be read, and compares the others", async () => {
    await create(
      "faults",
      "CREATE TABLE alike (id int PRIMARY KEY); CREATE TABLE here (id int); CREATE TABLE shape (id int, a text, b numeric); CREATE TABLE hidden (id int)",
      "CREATE TABLE alike (id int PRIMARY KEY); CREATE TABLE there (id int); CREATE TABLE shape (id int, a varchar, c int); CREATE TABLE hidden (id int)",
    );
    await clusters.target.as("postgres", "faults", (client) =>
      client.query(`REVOKE ALL ON hidden FROM ${OPERATOR}`),
    );
    const { verdict, tables } = await verify("faults");
    expect(verdict).toBe("different");
    expect(tables.map(({ table, fault }) => [table, fault])).toEqual([
      ["public.alike", undefined],
      ["public.here", "the whole table is missing on the target"],
      ["public.hidden", "it cannot be read: permission denied for table hidden"],
      [
        "public.shape",
        "its columns differ: a text on the source alone, b numeric on the source alone, " +
          "a character varying on the target alone, c integer on the target alone",
      ],
      ["public.there", "the whole table is missing on the source"],
    ]);
  });

  test("fails where rows look different and no replication can say whether they are under way", async () => {
    const table = "CREATE TABLE orders (id int PRIMARY KEY);";
    await create("apart", `${table} INSERT INTO orders VALUES (1)`, table);
    await expect(verify("apart")).rejects.toThrow("rows of public.orders look different");
  });

  test("fails where the sides' encodings differ, since hashes are of bytes", async () => {
    await create(
      "latin",
      "CREATE TABLE orders (id int)",
      "CREATE TABLE orders (id int)",
      "ENCODING 'LATIN1' TEMPLATE template0",
    );
    await expect(verify("latin")).rejects.toThrow("the source's encoding is UTF8 and the target's LATIN1");
  });
});
