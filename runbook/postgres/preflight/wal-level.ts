import { SIDES } from "../../side";
import type { Kind } from "./kind";
import { settingFix } from "./setting";
import { onEachSide } from "./survey";

/** Below `logical` the log lacks what a subscriber needs. Both sides publish: one the way there, one the way back. */
export const walLevel: Kind = {
  id: "wal-level",
  title: "Both sides write a log that can be replicated",
  find: ({ on, server, signal }) =>
    onEachSide(SIDES, async (side) => {
      const [row] = await on[side].query<{ level: string }>(
        signal,
        "SELECT current_setting('wal_level') AS level",
      );
      if (!row || row.level === "logical") return [];
      return [
        {
          severity: "blocks",
          side,
          found: `the ${side} has wal_level ${row.level}`,
          expected: "logical",
          fix: settingFix(side, server[side], { wal_level: "logical" }),
        },
      ];
    }),
};
