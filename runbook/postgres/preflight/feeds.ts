import type { Kind } from "./kind";
import { changeable, onEachSide } from "./survey";

const FEEDS = `
SELECT quote_ident(subname) AS feed FROM pg_subscription
 WHERE subname NOT LIKE 'relocate\\_%' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY 1`;

/** Subscriptions of others, whose rows `origin = none` keeps from being passed on: they would be missing after a switch. */
export const feeds: Kind = {
  id: "feeds",
  title: "No rows come from elsewhere",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) =>
      (await on[side].query<{ feed: string }>(signal, FEEDS)).map(({ feed }) => ({
        severity: "blocks",
        side,
        found: `subscription ${feed} on the ${side} writes rows that come from elsewhere, and these are not passed on to the other side`,
        expected: "no other subscription, and its tables filled in another way",
        fix: {
          sql: `ALTER SUBSCRIPTION ${feed} DISABLE;\nALTER SUBSCRIPTION ${feed} SET (slot_name = NONE);\nDROP SUBSCRIPTION ${feed}`,
          on: side,
          by: "its owner",
          then: "drop its slot at its publisher",
        },
      })),
    ),
};
