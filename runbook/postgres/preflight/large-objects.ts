import type { Kind } from "./kind";
import { changeable, onEachSide } from "./survey";

/**
 * Large objects live in a system catalog, which is not replicated, and no trigger can stand before it. A physical replica
 * has them until it is promoted; those that are made afterwards are not carried back.
 */
export const largeObjects: Kind = {
  id: "large-objects",
  title: "There are no large objects",
  find: ({ pair, on, server, signal }) =>
    onEachSide(changeable(server), async (side) => {
      const [row] = await on[side].query<{ count: number }>(
        signal,
        "SELECT count(*)::integer AS count FROM pg_largeobject_metadata",
      );
      if (!row || row.count === 0) return [];
      return [
        {
          severity: pair.strategy === "physical" && server.target.isReplica ? "warns" : "blocks",
          side,
          found: `the ${side} holds ${row.count} large objects, which are not replicated`,
          expected: "none: their content in columns of type bytea (lo_get), or in a bucket",
          fix: {
            sql: "SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
            on: side,
            by: "their owner, once their content is kept elsewhere",
          },
        },
      ];
    }),
};
