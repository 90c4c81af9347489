import { SIDES } from "../../side";
import type { Kind, Sighting } from "./kind";
import { onEachSide } from "./survey";

interface Keeping {
  limit: string;
  unlimited: boolean;
}

const LIMIT =
  "SELECT current_setting('max_slot_wal_keep_size') AS \"limit\", current_setting('max_slot_wal_keep_size') = '-1' AS unlimited";

const IDLE = `
SELECT slot_name AS name, quote_literal(slot_name) AS literal, wal_status AS status,
       pg_size_pretty(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)) AS kept
  FROM pg_replication_slots
 WHERE NOT active AND NOT temporary AND slot_name NOT LIKE 'relocate\\_to\\_%' AND slot_name NOT LIKE 'pg\\_%\\_sync\\_%'
   AND restart_lsn IS NOT NULL ORDER BY 1`;

/** While one side cannot be reached, the other keeps all log since. How much place there is, SQL does not tell. */
export const retainedLog: Kind = {
  id: "retained-log",
  title: "The log that is kept has a limit",
  find: ({ on, server, signal }) =>
    onEachSide(SIDES, async (side) => {
      const about = { side } as const;
      const [row] = await on[side].query<{ [K in keyof Keeping]: Keeping[K] }>(signal, LIMIT);
      const idle = await on[side].query<{ name: string; literal: string; kept: string }>(signal, IDLE);
      const findings = idle.map(({ name, literal, kept }): Sighting => ({
        ...about,
        severity: "warns",
        found: `slot ${name} on the ${side} keeps ${kept} of log, and nobody reads from it`,
        expected: "slots that are read from: the log kept for them fills the disk",
        fix: { sql: `SELECT pg_drop_replication_slot(${literal})`, on: side, by: "whoever made it" },
      }));
      if (!row?.unlimited) return findings;
      const free = server[side].isRds
        ? "FreeStorageSpace in CloudWatch tells what is free"
        : "what is free, the machine tells (df)";
      return [
        ...findings,
        {
          ...about,
          severity: "note",
          found: `the ${side} keeps log without limit while the other side cannot be reached (max_slot_wal_keep_size is ${row.limit}); SQL does not tell how much is free: ${free}`,
          expected:
            "room for all that is written while the other side is away; the slot watch warns and stops before",
          fix: server[side].isRds
            ? {
                action: `set max_slot_wal_keep_size in the parameter group of the ${side} if it may rather lose the relocation than the disk`,
              }
            : {
                sql: "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB';\nSELECT pg_reload_conf()",
                on: side,
                by: "a superuser, if it may rather lose the relocation than the disk",
              },
        },
      ];
    }),
};
