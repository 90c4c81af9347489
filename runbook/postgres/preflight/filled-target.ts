import { otherSide, type Side } from "../../side";
import type { Table } from "../catalog";
import { copiedTables } from "../copies";
import { isLeftForGood } from "../schema-presence";
import type { Session } from "../session";
import { readStanding } from "../standing";
import type { Kind } from "./kind";

/**
 * Tables of a side that hold rows before the copy to it, which adds to what is there: it would end with rows doubled, or
 * stop. Those that the side is subscribed to already are not copied again.
 */
export async function filledTables(
  subscriber: Session,
  to: Side,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<string[]> {
  const copied = new Set(await copiedTables(subscriber, to, signal));
  // One that is not ours has its finding already, and could not be read.
  const plain = tables.filter(
    ({ isPartitioned, isOurs, quoted }) => !isPartitioned && isOurs && !copied.has(quoted),
  );
  if (plain.length === 0) return [];
  const union = plain
    .map(({ quoted }, index) => `(SELECT ${index} AS index FROM ${quoted} LIMIT 1)`)
    .join(" UNION ALL ");
  const filled = await subscriber.query<{ index: number }>(signal, union);
  return filled.map(({ index }) => plain[index]?.quoted as string);
}

/** One statement has to name the tables that refer to those as well, filled or not. */
const REFERRING = `
WITH RECURSIVE emptied (oid) AS (
  SELECT name::regclass::oid FROM unnest($1::text[]) name
  UNION SELECT k.conrelid FROM pg_constraint k JOIN emptied e ON k.confrelid = e.oid WHERE k.contype = 'f'
)
SELECT format('%I.%I', n.nspname, c.relname) AS quoted
  FROM emptied e JOIN pg_class c ON c.oid = e.oid JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1`;

/** A replica that becomes the target has its rows by right. After a switch it is the source that new tables are copied to. */
export const filledTarget: Kind = {
  id: "filled-target",
  title: "The tables that rows are copied to are empty",
  async find({ pair, on, tables, signal }) {
    const { writer, isInService, subscribed } = await readStanding(on, signal);
    if (writer === undefined) return [];
    const to = otherSide(writer);
    // Where replication has ended in service, that is told, and nothing is to be emptied for it.
    if ((pair.strategy !== "logical" || isInService || to === "source") && !subscribed[to]) return [];
    if (await isLeftForGood(on.source, pair.applicationRoles, signal)) return [];
    const filled = await filledTables(on[to], to, tables[to], signal);
    if (filled.length === 0) return [];
    if (subscribed[to]) {
      // TRUNCATE would have to name tables that are replicated already.
      return filled.map((quoted) => ({
        severity: "blocks",
        side: to,
        found: `table ${quoted} on the ${to} came after the start and is not empty: the copy would add to it`,
        expected: "an empty table, which the copy fills",
        fix: { sql: `DELETE FROM ${quoted}`, on: to },
      }));
    }
    const all = await on.target.query<{ quoted: string }>(signal, REFERRING, [filled]);
    return [
      {
        severity: "blocks",
        side: "target",
        found: `${filled.map((quoted) => `table ${quoted} on the target is not empty`).join(", ")}: the copy would add to it`,
        expected: "empty tables",
        fix: { sql: `TRUNCATE ${all.map(({ quoted }) => quoted).join(", ")}`, on: "target" },
      },
    ];
  },
};
