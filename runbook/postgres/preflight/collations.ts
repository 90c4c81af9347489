import type { Side } from "../../side";
import type { Kind, Sighting } from "./kind";
import { bySide, type Survey } from "./survey";

/** How a database reads and sorts its text. Later versions know more of it, so it is read as a whole row. */
interface TextOrder {
  readonly encoding: string;
  /** Provider and names of the order. */
  readonly order: string;
  /** Version of the library that sorts. @default - it does not change */
  readonly version?: string;
  /** Collations, the database's among them, whose indexes were made by another version of the library. */
  readonly stale: readonly string[];
}

/**
 * Versions of the library are told since PostgreSQL 15 for a database, and before for collations alone: there the C library
 * sorts for every database, and its version is that of each collation of its.
 */
const versionSql = (version: number): string =>
  version >= 150_000
    ? "pg_database_collation_actual_version(oid)"
    : `(SELECT pg_collation_actual_version(c.oid) FROM pg_collation c
         WHERE datcollate NOT IN ('C', 'POSIX') AND c.collprovider = 'c' AND c.collcollate NOT IN ('C', 'POSIX', '') LIMIT 1)`;

const orderSql = (version: number): string => `
SELECT pg_encoding_to_char(encoding) AS encoding,
       concat_ws(' ', coalesce(to_jsonb(d)->>'datlocprovider', 'c'), datcollate, datctype, coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale')) AS "order",
       ${versionSql(version)} AS version,
       ARRAY(SELECT format('ALTER COLLATION %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
              WHERE c.collversion <> pg_collation_actual_version(c.oid) AND c.collencoding IN (-1, d.encoding)
                AND EXISTS (SELECT FROM pg_depend k WHERE k.refclassid = 'pg_collation'::regclass AND k.refobjid = c.oid))
       ${version >= 150_000 ? "|| ARRAY(SELECT format('ALTER DATABASE %I', datname) WHERE datcollversion <> pg_database_collation_actual_version(oid))" : ""}
         AS stale
  FROM pg_database d WHERE datname = current_database()`;

/** Text that cannot be encoded stops replication; text that sorts otherwise makes pages look different, and a replica's indexes wrong. */
export const collations: Kind = {
  id: "collations",
  title: "Both sides encode and sort text alike",
  async find(survey) {
    const { source, target } = await bySide((side) => textOrder(survey, side));
    const about = { side: "target" } as const;
    const findings: Sighting[] = [
      ...staleFindings(survey, "source", source),
      ...staleFindings(survey, "target", target),
    ];
    if (source.encoding !== target.encoding) {
      findings.push({
        ...about,
        severity: "blocks",
        found: `the target's database is encoded in ${target.encoding}`,
        expected: `${source.encoding}, as on the source: what cannot be encoded stops replication`,
        fix: { action: `make the target's database with ENCODING '${source.encoding}' TEMPLATE template0` },
      });
    }
    if (source.order !== target.order) {
      findings.push({
        ...about,
        severity: "warns",
        found: `the target's database sorts text by ${target.order}`,
        expected: `${source.order}, as on the source, or lists come in another order after the switch`,
        fix: { action: "make the target's database with the source's locale, from template0" },
      });
    }
    if (source.order === target.order && source.version !== target.version) {
      const isReplica = survey.pair.strategy !== "logical";
      findings.push({
        ...about,
        severity: isReplica ? "warns" : "note",
        found: `text is sorted by version ${source.version ?? "unknown"} of the library on the source, ${target.version ?? "unknown"} on the target`,
        expected: isReplica
          ? "the same version: a replica brings the source's indexes along, which are wrong by another order"
          : "the same version; the target's indexes are made anew, so they are right there",
        fix: {
          action: isReplica
            ? `REINDEX DATABASE ${survey.server.target.database} on the target once it is promoted`
            : "none is needed: some lists may come in another order after the switch",
        },
      });
    }
    return findings;
  },
};

async function textOrder({ on, server, signal }: Survey, side: Side): Promise<TextOrder> {
  const [row] = await on[side].query<{
    encoding: string;
    order: string;
    version: string | null;
    stale: string[];
  }>(signal, orderSql(server[side].version));
  if (!row) throw new Error(`the ${side} does not say how it sorts text`);
  return { ...row, version: row.version ?? undefined };
}

/** Such indexes may miss rows already: a unique one lets a duplicate in, which stops the copy. */
function staleFindings({ server }: Survey, side: Side, { stale }: TextOrder): Sighting[] {
  if (stale.length === 0) return [];
  return [
    {
      severity: "warns",
      side,
      found: `the ${side}'s indexes of text were made by another version of the library that sorts (${stale.map((one) => one.replace("ALTER ", "")).join(", ")})`,
      expected: "indexes that are made anew after an upgrade of the operating system's libraries",
      fix: {
        sql: [
          `REINDEX DATABASE ${server[side].database}`,
          ...stale.map(
            (one) => `${one} REFRESH ${one.startsWith("ALTER DATABASE") ? "COLLATION " : ""}VERSION`,
          ),
        ].join(";\n"),
        on: side,
        by: "the database's owner",
      },
    },
  ];
}
