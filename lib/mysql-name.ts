/** Schemas and roles that a MySQL server of RDS has from its start. */
const TAKEN = new Set([
  "information_schema",
  "innodb",
  "mysql",
  "performance_schema",
  "rdsadmin",
  "rdsrepladmin",
  "root",
  "sys",
  "tmp",
]);

/**
 * Longest names, in characters: of the master user, of any other user, of a database.
 *
 * Sources: RDS API reference, CreateDBInstance, MasterUsername and DBName for MySQL; MySQL manual, "Account User Names".
 */
const LONGEST = { role: 16, user: 32, database: 64 };

/**
 * Whether RDS and MySQL take a name of a database, of the master user (`role`) or of another one.
 *
 * @returns what was found and what was expected; undefined when all is well
 */
export function mysqlNameFault(name: string, what: keyof typeof LONGEST): string | undefined {
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.length > LONGEST[what]) {
    return `found "${name}", expected lower-case letters, digits and underscores, beginning with a letter, ${LONGEST[what]} characters at most`;
  }
  if (TAKEN.has(name)) return `found "${name}", which MySQL or RDS has already; expected any other name`;
  return undefined;
}
