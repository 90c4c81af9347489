import { verifyTables } from "../../../runbook/verification/tables";
import { OPERATOR, pairOn, startCluster, stopClusters, type Clusters } from "../clusters";
import { startReplica } from "../server";

const signal = new AbortController().signal;

describe("the verification of a physical replica", () => {
  let clusters: Clusters;
  beforeAll(async () => {
    const source = await startCluster();
    await source.as(OPERATOR, "postgres", (client) => client.query("CREATE DATABASE shop"));
    await source.as(OPERATOR, "shop", (client) =>
      client.query(
        "CREATE TABLE counters (id int PRIMARY KEY, n bigint NOT NULL); INSERT INTO counters SELECT n, 0 FROM generate_series(1, 50) n",
      ),
    );
    clusters = { source, target: await startReplica(source) };
  });
  afterAll(() => stopClusters(clusters));

  test("C3: waits for what is under way until the replica has replayed it", async () => {
    let isCounting = true;
    let counted = 0;
    const counting = clusters.source.as(OPERATOR, "shop", async (client) => {
      while (isCounting) {
        await client.query("UPDATE counters SET n = n + 1 WHERE id % 7 = $1::int % 7", [counted]);
        counted += 1;
      }
    });
    const pair = pairOn(clusters, "shop", { strategy: "physical", applicationRoles: [] });
    for (let round = 0; round < 3; round++) {
      const { tables } = await verifyTables(pair, { signal });
      expect(tables).toMatchObject([
        { table: "public.counters", differences: [], rows: { source: 50, target: 50 } },
      ]);
    }
    isCounting = false;
    await counting;
    expect(counted).toBeGreaterThan(0);
    expect(await verifyTables(pair, { signal })).toMatchObject({ verdict: "equal" });
  });
});
