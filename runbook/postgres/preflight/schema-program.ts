import { requirePgDump } from "../schema-copy";
import type { Kind } from "./kind";

/** A target without tables is given the source's, by a program that may have to be installed. */
export const schemaProgram: Kind = {
  id: "schema-program",
  title: "The schema can be copied",
  async find({ pair, server, tables }) {
    if (pair.strategy !== "logical" || tables.target.length > 0 || tables.source.length === 0) return [];
    const [program] = await Promise.allSettled([requirePgDump(Math.floor(server.source.version / 10_000))]);
    if (program.status === "fulfilled") return [];
    return [
      {
        severity: "blocks",
        side: "target",
        found: `the target has no tables, and ${(program.reason as Error).message}`,
        expected: "a pg_dump that is not older than the source",
        fix: { action: "install it, or make the schema with the application's own migrations" },
      },
    ];
  },
};
