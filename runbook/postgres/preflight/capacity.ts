import { SIDES, type Side } from "../../side";
import { slotName } from "../subscription";
import type { Kind } from "./kind";
import { settingFix } from "./setting";
import { onEachSide } from "./survey";

interface Places {
  max_replication_slots: number;
  max_wal_senders: number;
  max_logical_replication_workers: number;
  max_active_replication_origins: number | null;
  max_worker_processes: number;
  slots: number;
  senders: number;
  subscriptions: number;
}

/** Those of others: what the runbook has made already is not wanted again, and its own connections end with its look. Before version 18 slots limit origins too, and in 13 a copy's slot is named after the subscription's. */
const PLACES = `
SELECT current_setting('max_replication_slots')::integer AS max_replication_slots,
       current_setting('max_wal_senders')::integer AS max_wal_senders,
       current_setting('max_logical_replication_workers')::integer AS max_logical_replication_workers,
       current_setting('max_active_replication_origins', true)::integer AS max_active_replication_origins,
       current_setting('max_worker_processes')::integer AS max_worker_processes,
       (SELECT count(*) FROM pg_replication_slots
         WHERE slot_name <> ALL ($1) AND slot_name !~ '^(pg|relocate_to_.*)_[0-9]+_sync_[0-9]+')::integer AS slots,
       (SELECT count(*) FROM pg_stat_replication
         WHERE application_name NOT LIKE 'relocate%' AND application_name NOT LIKE 'pg\\_%\\_sync\\_%')::integer AS senders,
       (SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
         WHERE subenabled AND NOT (subname LIKE 'relocate\\_to\\_%' AND datname = ANY ($2)))::integer AS subscriptions`;

/**
 * Each database takes one place that stands, and the first copy one more; without a free one it would wait for ever,
 * and say nothing. A side sends and receives, so it needs places of every kind.
 */
export const capacity: Kind = {
  id: "capacity",
  title: "Slots, senders, workers and origins are free",
  find: ({ on, server, neighbours, signal }) =>
    onEachSide(SIDES, async (side) => {
      const databases = neighbours[side];
      const ours = (["source", "target"] as const).flatMap((to: Side) =>
        databases.map((name) => slotName(to, name)),
      );
      const [row] = await on[side].query<{ [K in keyof Places]: Places[K] }>(signal, PLACES, [
        ours,
        [...databases],
      ]);
      if (!row) throw new Error(`the ${side} does not say how many slots it has`);
      const needed = missingPlaces(row, databases.length + 1);
      const names = Object.keys(needed);
      if (names.length === 0) return [];
      return [
        {
          severity: "blocks",
          side,
          found: `the ${side} serves ${row.slots} other slots, ${row.senders} other senders and ${row.subscriptions} other subscriptions, and has too few places: ${names.map((name) => `${name} ${row[name as keyof Places]}`).join(", ")}`,
          expected: `place for ${databases.length + 1} more of each`,
          fix: settingFix(side, server[side], needed),
        },
      ];
    }),
};

/** Settings that are too low, with the least value that does. */
function missingPlaces(places: Places, more: number): Record<string, string> {
  const received = places.subscriptions + more;
  const wanted: Partial<Record<keyof Places, number>> = {
    max_replication_slots: Math.max(
      places.slots + more,
      places.max_active_replication_origins === null ? received : 0,
    ),
    max_wal_senders: places.senders + more,
    max_logical_replication_workers: received,
    ...(places.max_active_replication_origins === null ? {} : { max_active_replication_origins: received }),
    // The launcher is one of them.
    max_worker_processes: received + 1,
  };
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([name, value]) => (places[name as keyof Places] ?? 0) < value)
      .map(([name, value]) => [name, String(value)]),
  );
}
