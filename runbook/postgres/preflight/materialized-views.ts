import { NOT_OF_EXTENSION, OF_APPLICATION } from "../catalog";
import { otherSide } from "../../side";
import type { Kind } from "./kind";

const VIEWS = `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted, c.relispopulated AS "isFilled"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'm' AND ${OF_APPLICATION} AND ${NOT_OF_EXTENSION} ORDER BY 1`;

/** What they hold is not replicated; one that was never filled fails when it is read. */
export const materializedViews: Kind = {
  id: "materialized-views",
  title: "Materialized views are filled",
  async find({ on, writer, phase, signal }) {
    // Before the start there are no rows to fill them from.
    if (phase === "start") return [];
    const closed = otherSide(writer);
    const views = await on[closed].query<{ quoted: string; isFilled: boolean }>(signal, VIEWS);
    return views.map(({ quoted, isFilled }) => ({
      severity: isFilled ? "note" : "warns",
      side: closed,
      found: `materialized view ${quoted} on the ${closed} ${isFilled ? "holds what it held at its last refresh there" : "is not filled, so it cannot be read"}`,
      expected:
        "a refresh shortly before the switch, and the job that refreshes it on the side that is the writer",
      fix: { sql: `REFRESH MATERIALIZED VIEW ${quoted}`, on: closed },
    }));
  },
};
