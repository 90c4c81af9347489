/** Source: PostgreSQL manual, appendix C "SQL Key Words", what is reserved there in any way. */
const RESERVED = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation " +
    "column concurrently constraint create cross current_catalog current_date current_role current_schema current_time " +
    "current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze " +
    "from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit " +
    "localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references " +
    "returning right select session_user similar some symmetric system_user table tablesample then to trailing true union " +
    "unique user using variadic verbose when where window with"
  ).split(" "),
);

/**
 * Whether RDS and PostgreSQL take a name of a database or role as it is, without quotes.
 *
 * @returns what was found and what was expected; undefined when all is well
 */
export function postgresNameFault(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
    return `found "${name}", expected lower-case letters, digits and underscores, beginning with a letter, 63 characters at most`;
  }
  if (RESERVED.has(name)) return `found "${name}", a reserved word of SQL; expected any other name`;
  if (/^(pg_|rds_|rdsadmin$)/.test(name)) {
    return `found "${name}", expected a name that begins with neither pg_ nor rds_: those are PostgreSQL's and RDS's own`;
  }
  return undefined;
}
