import type { Session } from "../session";
import type { Kind, Sighting } from "./kind";
import { bySide, superuserOf, type Server } from "./survey";

interface Extension {
  name: string;
  quoted: string;
  schema: string;
  version: string;
  hasRows: boolean;
}

/** In the order in which they were made, so that one comes after those it needs. */
const EXTENSIONS = `
SELECT e.extname AS name, quote_ident(e.extname) AS quoted, quote_ident(n.nspname) AS schema, e.extversion AS version,
       e.extconfig IS NOT NULL AS "hasRows"
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY e.oid`;

interface Available {
  name: string;
  version: string;
  trusted: boolean;
}

/** What an extension brings is not part of the schema that is copied table by table: it must be there, and no older. */
export const extensions: Kind = {
  id: "extensions",
  title: "Both sides have the same extensions",
  async find({ on, server, tables, phase, signal }) {
    // The schema that `start` brings makes them too.
    const isBare = phase === "start" && tables.target.length === 0;
    const found = await bySide((side) => extensionsOf(on[side], signal));
    const available = await on.target.query<{ [K in keyof Available]: Available[K] }>(
      signal,
      "SELECT name, version, trusted FROM pg_available_extension_versions WHERE name = ANY ($1)",
      [found.source.map(({ name }) => name)],
    );
    return found.source.flatMap((one) => [
      ...extensionFindings(
        one,
        found.target.find(({ name }) => name === one.name),
        available.filter(({ name }) => name === one.name),
        server.target,
        isBare,
      ),
      ...(one.hasRows ? [rowsNote(one)] : []),
    ]);
  },
};

const extensionsOf = (session: Session, signal: AbortSignal): Promise<Extension[]> =>
  session.query<{ [K in keyof Extension]: Extension[K] }>(signal, EXTENSIONS);

function extensionFindings(
  { name, quoted, schema, version }: Extension,
  there: Extension | undefined,
  available: readonly Available[],
  target: Server,
  isBare: boolean,
): Sighting[] {
  const about = { side: "target" } as const;
  const expected = `extension ${name} of version ${version}, as on the source`;
  if (there?.version === version) return [];
  const same = available.find((one) => one.version === version);
  if (available.length === 0) {
    return [
      {
        ...about,
        severity: "blocks",
        found: `extension ${name} is not available on the target`,
        expected,
        fix: { action: `install it on the target's server, or choose an engine version that brings it` },
      },
    ];
  }
  if (!there) {
    const isTrusted = available.some(({ trusted }) => trusted);
    if (isBare && isTrusted) return [];
    const chosen = same ? ` VERSION '${version}'` : "";
    return [
      {
        ...about,
        severity: "blocks",
        found: `extension ${name} is missing on the target`,
        expected,
        fix: {
          sql: `CREATE SCHEMA IF NOT EXISTS ${schema};\nCREATE EXTENSION ${quoted} SCHEMA ${schema}${chosen}`,
          on: "target",
          by: available.some(({ trusted }) => trusted)
            ? "who may create in the database"
            : superuserOf(target),
        },
      },
    ];
  }
  return [
    {
      ...about,
      severity: "warns",
      found: `extension ${name} is of version ${there.version} on the target`,
      expected,
      fix: same
        ? { sql: `ALTER EXTENSION ${quoted} UPDATE TO '${version}'`, on: "target", by: "its owner" }
        : {
            action: `see that the application runs with ${there.version}: ${version} is not available on the target`,
          },
    },
  ];
}

const rowsNote = ({ name }: Extension): Sighting => ({
  severity: "note",
  side: "source",
  found: `extension ${name} may keep rows of its own, such as jobs or definitions, and those are not replicated`,
  expected: "the same rows on the target, where the application has added some",
  fix: { action: `bring them over by hand (pg_dump --extension=${name} names the tables)` },
});
