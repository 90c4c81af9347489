import { otherSide, SIDES } from "../../side";
import { publishable } from "../catalog";
import { subscriptionName, subscriptionState, unsubscribedTables } from "../subscription";
import { standBothWays } from "../ways";
import type { Fix } from "./finding";
import type { Kind, Sighting } from "./kind";
import { onEachSide } from "./survey";

const AGAIN: Fix = { action: "run `relocate start` again" };

/** A table that came after the start has no gate and is not carried: writes to it would be lost without a sign. */
export const gates: Kind = {
  id: "gates",
  title: "Every table has its gate and is replicated",
  find: ({ tables }) =>
    Promise.resolve(
      SIDES.flatMap((side): Sighting[] => [
        ...tables[side]
          .filter(({ gate }) => gate !== "enabled")
          .map(({ quoted, gate }): Sighting => ({
            severity: "blocks",
            side,
            found: `table ${quoted} on the ${side}: its gate is ${gate ?? "missing"}`,
            expected: "a gate that is enabled",
            fix: AGAIN,
          })),
        ...publishable(tables[side])
          .filter(({ isPublished }) => !isPublished)
          .map(({ quoted }): Sighting => ({
            severity: "blocks",
            side,
            found: `table ${quoted} on the ${side} is not replicated`,
            expected: "a table of the publication relocate",
            fix: AGAIN,
          })),
      ]),
    ),
};

/** Both subscriptions stand, apply rows now, and know every table. */
export const subscriptions: Kind = {
  id: "subscriptions",
  title: "Replication runs both ways",
  find: ({ pair, on, server, tables, writer, signal }) =>
    onEachSide(SIDES, async (to) => {
      // A replica has all rows without one.
      if (pair.strategy === "physical" && server.target.isReplica) return [];
      // Of servers that cannot have both ways at once, the one to the closed side stands.
      if (to === writer && !(await standBothWays(on, signal))) return [];
      const name = `subscription ${subscriptionName(to)} on the ${to}`;
      const about = { severity: "blocks", side: to } as const;
      const state = await subscriptionState(on[to], to, signal);
      if (!state) {
        const expected = `rows that come from the ${otherSide(to)}`;
        return [{ ...about, found: `${name} is missing`, expected, fix: { action: "run `relocate start`" } }];
      }
      const unknown = await unsubscribedTables(on[to], to, tables[to], signal);
      const findings: Sighting[] = unknown.map((table) => ({
        ...about,
        found: `table ${table} is unknown to ${subscriptionName(to)}`,
        expected: "a table that it brings rows for",
        fix: AGAIN,
      }));
      if (!state.enabled) {
        findings.push({ ...about, found: `${name} is disabled`, expected: "an enabled one", fix: AGAIN });
      } else if (!state.running) {
        findings.push({
          ...about,
          found: `${name} has no worker now`,
          expected: "one that applies rows",
          fix: { action: `see the log of the ${to}'s server for why it ends` },
        });
      }
      if (state.copying > 0) {
        findings.push({
          ...about,
          found: `${name} still copies ${state.copying} tables`,
          expected: "all rows there",
          fix: { action: "wait until they are" },
        });
      }
      return findings;
    }),
};
