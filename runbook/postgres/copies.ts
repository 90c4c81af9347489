import type { Side } from "../side";
import type { Table } from "./catalog";
import { changeInUse } from "./locks";
import type { Session } from "./session";
import { subscriptionName, subscriptionNumber } from "./subscription";

const SUBSCRIPTION_OF = (to: Side): string =>
  `FROM pg_subscription s WHERE s.subname = '${subscriptionName(to)}'
    AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Tables whose rows replication has brought to a side: they were empty when it began, and their gate has let nothing else in. */
const copiesOf = (to: Side): string => `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted
  FROM pg_subscription_rel r JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE r.srsubid = ${subscriptionNumber(`'${subscriptionName(to)}'`)} AND n.nspname <> 'relocate'
 ORDER BY 1`;

/** Tables of a side that replication fills, quoted and qualified. */
export async function copiedTables(subscriber: Session, to: Side, signal: AbortSignal): Promise<string[]> {
  return (await subscriber.query<{ quoted: string }>(signal, copiesOf(to))).map(({ quoted }) => quoted);
}

/** Whoever reads the target's changes would empty their copy too. */
const READERS = `
SELECT FROM pg_publication_tables WHERE format('%I.%I', schemaname, tablename) = ANY ($1)
 UNION ALL
SELECT FROM pg_replication_slots WHERE database = current_database()`;

/**
 * Empties what replication has filled on the target. Destroys these rows; the source has them all, as long as it is
 * the writer. All of them or none: they refer to each other.
 *
 * @param tables of the target
 * @returns how many tables; 0 also when one has no gate any more, so that its rows may be others', or when somebody
 * else reads the target's changes
 * @throws Error when the source still subscribes to the target: it would be emptied as well
 */
export async function emptyCopies(
  on: Readonly<Record<Side, Session>>,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<number> {
  const [reverse] = await on.source.query(signal, `SELECT ${SUBSCRIPTION_OF("source")}`);
  if (reverse) {
    throw new Error(
      "subscription relocate_to_source is still on the source: to empty the target would empty the source as well",
    );
  }
  const copies = await copiedTables(on.target, "target", signal);
  if (copies.length === 0) return 0;
  const gated = new Set(tables.filter(({ gate }) => gate === "enabled").map(({ quoted }) => quoted));
  if (copies.some((quoted) => !gated.has(quoted))) return 0;
  if ((await on.target.query(signal, READERS, [copies])).length > 0) return 0;
  await on.target.query(signal, `ALTER SUBSCRIPTION ${subscriptionName("target")} DISABLE`);
  const drops = copies.map((quoted) => `DROP TRIGGER relocate_gate ON ${quoted};`);
  await changeInUse(on.target, `${drops.join("\n")} TRUNCATE ${copies.join(", ")}`, signal);
  return copies.length;
}
