import type { Side } from "../../../runbook/side";
import type { Clusters } from "../clusters";

/** Changes a side behind replication's back: as if it had come from a third place, it is not carried over. */
export const tamper = (clusters: Clusters, side: Side, database: string, sql: string): Promise<unknown> =>
  clusters[side].as("postgres", database, async (client) => {
    await client.query(`
      SELECT pg_replication_origin_create('tamper')
        WHERE NOT EXISTS (SELECT FROM pg_replication_origin WHERE roname = 'tamper')`);
    await client.query("SELECT pg_replication_origin_session_setup('tamper')");
    await client.query("SET session_replication_role = replica");
    return client.query(sql);
  });
