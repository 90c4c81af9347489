import type { Cluster } from "../clusters";

/**
 * Catalogs in which the runbook could leave something, each with what tells its rows apart. Numbers of objects differ;
 * `relhastriggers` says that a table has or once had some, until VACUUM corrects it
 * (https://www.postgresql.org/docs/current/catalog-pg-class.html).
 */
const CATALOGS: Readonly<Record<string, string>> = {
  pg_namespace: "nspname",
  pg_class: "relnamespace::regnamespace, relname, relkind, relreplident, relacl",
  pg_attribute: "attrelid::regclass, attname, attnum, atttypid::regtype, attnotnull, attacl",
  pg_trigger: "tgrelid::regclass, tgname, tgenabled",
  pg_proc: "pronamespace::regnamespace, proname",
  pg_type: "typnamespace::regnamespace, typname",
  pg_constraint: "connamespace::regnamespace, conname",
  pg_publication: "pubname",
  pg_subscription: "subdbid, subname",
  pg_replication_slots: "slot_name",
  pg_replication_origin: "roname",
  pg_roles: "rolname, rolsuper, rolcanlogin, rolconfig",
  pg_auth_members: "roleid::regrole, member::regrole",
  pg_db_role_setting: "setdatabase, setrole::regrole, setconfig",
  pg_default_acl: "defaclrole::regrole, defaclacl",
  pg_event_trigger: "evtname",
  pg_largeobject_metadata: "oid",
};

/** What a database and its server have in their catalogs, one line each: two pictures are compared. */
export async function catalogPicture(cluster: Cluster, database: string): Promise<string[]> {
  return cluster.as("postgres", database, async (client) => {
    const lines: string[] = [];
    await client.query("SET search_path = ''");
    for (const [catalog, columns] of Object.entries(CATALOGS)) {
      // Temporary and toast tables come and go, and are numbered; the server's own catalogs are as it was made.
      const { rows } = await client.query<{ line: string }>(
        `SELECT ROW(${columns})::text AS line FROM ${catalog}
          WHERE ROW(${columns})::text !~ 'pg_toast|pg_temp|pg_catalog|information_schema' ORDER BY 1`,
      );
      lines.push(...rows.map(({ line }) => `${catalog} ${line}`));
    }
    return lines;
  });
}
