import { performance } from "node:perf_hooks";
import * as v8 from "node:v8";
import * as vm from "node:vm";
import { OPERATOR, pairOn, startClusters, stopClusters } from "../__tests__/runbook/clusters";
import { verifyTables } from "../runbook/verification/tables";
import { SIDES } from "../runbook/side";

/** What verifying tables of one size took. */
export interface VerifyUse {
  readonly rows: number;
  readonly seconds: number;
  /** Rows of one side; as many were read on the other. */
  readonly rowsPerSecond: number;
  /** Times as long as the size before took; as large as the tables' own ratio or less, when nothing grows faster than they do. */
  readonly timesAsLong?: number;
  /** The same rows hashed by one statement on both sides at once: what chunks and their order cost is the difference. */
  readonly oneStatementSeconds: number;
  /** What the heap of this process holds most at the end of a chunk, garbage left out. */
  readonly heapMib: number;
}

/** Rows of a table, growing tenfold. */
const SIZES: readonly number[] = [10_000, 100_000, 1_000_000];
/** The quickest of them counts: whoever else is busy makes none quicker. */
const TIMES = 3;

/** An order as a shop has it: numbers, texts, a time, money and a document, about 150 bytes. */
const TABLE = `
CREATE TABLE orders (id bigint PRIMARY KEY, customer uuid NOT NULL, placed timestamptz NOT NULL, state text NOT NULL,
                     total numeric(12, 2) NOT NULL, note text, lines jsonb NOT NULL)`;
const ROWS = `
INSERT INTO orders SELECT n, md5(n::text)::uuid, '2025-01-01'::timestamptz + n * interval '1 s', 'paid', n * 0.37, NULL,
                          jsonb_build_array(jsonb_build_object('sku', n, 'count', 2)) FROM generate_series(1, $1::int) n`;

const ONE_STATEMENT = `
SET jit = off; SET max_parallel_workers_per_gather = 0;
SELECT count(*), bit_xor(hash), sum(hash)
  FROM (SELECT hash_record_extended(ROW(id, customer, placed, state, total::text, note, lines::text), 0) AS hash FROM orders) hashed`;

/** Without it, what the heap holds would be what has not been swept yet. */
const collectGarbage = ((): (() => void) => {
  v8.setFlagsFromString("--expose-gc");
  return vm.runInNewContext("gc") as () => void;
})();

async function quickest(work: () => Promise<unknown>): Promise<number> {
  let seconds = Infinity;
  for (let time = 0; time < TIMES; time += 1) {
    const begun = performance.now();
    await work();
    seconds = Math.min(seconds, (performance.now() - begun) / 1000);
  }
  return seconds;
}

/**
 * Measures the verification of equal tables on two servers of this machine, which share its processors: what grows with a
 * table's size, and what does not. Sizes may be given, such as `npx ts-node -T bench/verify.ts 1000 10000`.
 *
 * @param sizes rows of each table. @default - 10,000, 100,000 and 1,000,000
 */
export async function measureVerify(sizes: readonly number[] = SIZES): Promise<VerifyUse[]> {
  const clusters = await startClusters({ shared_buffers: "256MB" });
  try {
    const uses: VerifyUse[] = [];
    for (const rows of sizes) {
      const database = `bench_${rows}`;
      for (const side of SIDES) {
        await clusters[side].as(OPERATOR, "postgres", (client) =>
          client.query(`CREATE DATABASE ${database}`),
        );
        await clusters[side].as("postgres", database, async (client) => {
          await client.query(TABLE);
          await client.query(ROWS, [rows]);
          await client.query("VACUUM ANALYZE orders");
          await client.query(`GRANT SELECT ON orders TO ${OPERATOR}`);
        });
      }
      const pair = pairOn(clusters, database, { applicationRoles: [] });
      let heapMib = 0;
      const seconds = await quickest(async () => {
        const { verdict } = await verifyTables(pair, {
          signal: new AbortController().signal,
          onProgress: () => {
            collectGarbage();
            heapMib = Math.max(heapMib, process.memoryUsage().heapUsed / 2 ** 20);
          },
        });
        if (verdict !== "equal") throw new Error(`${rows} rows: ${verdict}`);
      });
      const oneStatementSeconds = await quickest(() =>
        Promise.all(
          SIDES.map((side) => clusters[side].as(OPERATOR, database, (client) => client.query(ONE_STATEMENT))),
        ),
      );
      const before = uses.at(-1)?.seconds;
      uses.push({
        rows,
        seconds: Number(seconds.toFixed(2)),
        rowsPerSecond: Math.round(rows / seconds),
        timesAsLong: before === undefined ? undefined : Number((seconds / before).toFixed(1)),
        oneStatementSeconds: Number(oneStatementSeconds.toFixed(2)),
        heapMib: Math.round(heapMib),
      });
    }
    return uses;
  } finally {
    await stopClusters(clusters);
  }
}

const asked = process.argv.slice(2).map(Number);
if (require.main === module) void measureVerify(asked.length > 0 ? asked : SIZES).then(console.table);
