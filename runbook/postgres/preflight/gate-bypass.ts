import type { Kind, Sighting } from "./kind";
import { changeable, onEachSide, superuserOf } from "./survey";

/** What lets a role past a trigger: the owner's rights over the table, or a session in which triggers do not fire. */
interface Bypasses {
  role: string;
  quoted: string;
  owned: string[];
  maySet: boolean;
  settings: string[];
}

/** The right to set a parameter can be given since PostgreSQL 15 (https://www.postgresql.org/docs/15/sql-grant.html). */
const bypassSql = (version: number): string => `
SELECT r.rolname AS role, quote_ident(r.rolname) AS quoted,
       ARRAY(SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'relocate')
                AND n.nspname !~ '^pg_(toast|temp)' AND pg_has_role(r.oid, c.relowner, 'USAGE') ORDER BY 1) AS owned,
       ${version >= 150_000 ? "has_parameter_privilege(r.oid, 'session_replication_role', 'SET')" : "false"} AS "maySet",
       ARRAY(SELECT CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I', current_database())
                         WHEN s.setdatabase = 0 THEN format('ALTER ROLE %I', r.rolname)
                         ELSE format('ALTER ROLE %I IN DATABASE %I', r.rolname, current_database()) END
               FROM pg_db_role_setting s, unnest(s.setconfig) setting
              WHERE s.setrole IN (0, r.oid) AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
                AND setting LIKE 'session_replication_role=%' AND setting <> 'session_replication_role=origin') AS settings
  FROM pg_roles r WHERE r.rolname = ANY ($1) AND NOT r.rolsuper ORDER BY 1`;

const BYPASSING_FUNCTIONS = `
SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS signature,
       CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, unnest(p.proconfig) setting
 WHERE setting LIKE 'session_replication_role=%' AND setting <> 'session_replication_role=origin' AND n.nspname <> 'relocate' ORDER BY 1`;

/** A gate is a trigger: whoever may turn triggers off can write past a closed one, and nothing would show it. */
export const gateBypass: Kind = {
  id: "gate-bypass",
  title: "The application cannot write past a gate",
  find: ({ pair, on, server, signal }) =>
    onEachSide(changeable(server), async (side) => {
      const about = { side } as const;
      const by = superuserOf(server[side]);
      const roles = await on[side].query<{ [K in keyof Bypasses]: Bypasses[K] }>(
        signal,
        bypassSql(server[side].version),
        [[...pair.applicationRoles]],
      );
      const functions = await on[side].query<{ signature: string; kind: string }>(
        signal,
        BYPASSING_FUNCTIONS,
      );
      return [
        ...roles.flatMap(({ role, quoted, owned, maySet, settings }): Sighting[] => [
          ...(owned.length === 0
            ? []
            : [
                {
                  ...about,
                  severity: "warns",
                  found: `role ${role} has the owner's rights over ${owned.length} tables on the ${side}, so it could turn their gates off: ${owned.slice(0, 5).join(", ")}${owned.length > 5 ? ", ..." : ""}`,
                  expected: "an application that owns none of its tables, or never alters them while it runs",
                  fix: {
                    sql: owned
                      .map(
                        (table) =>
                          `ALTER TABLE ${table} OWNER TO ${server[side].operator};\nGRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${quoted}`,
                      )
                      .join(";\n"),
                    on: side,
                    by: "the operator, which must be a member of both; or keep it so and run no migrations meanwhile",
                  },
                } satisfies Sighting,
              ]),
          ...(maySet
            ? [
                {
                  ...about,
                  severity: "blocks",
                  found: `role ${role} may set session_replication_role on the ${side}, and with it no gate fires`,
                  expected: "a role that may not",
                  fix: {
                    sql: `REVOKE SET ON PARAMETER session_replication_role FROM ${quoted}`,
                    on: side,
                    by,
                  },
                } satisfies Sighting,
              ]
            : []),
          ...settings.map((statement): Sighting => ({
            ...about,
            severity: "blocks",
            found: `sessions of role ${role} on the ${side} begin with session_replication_role set, so no gate fires`,
            expected: "origin, which is what it is when nobody sets it",
            fix: { sql: `${statement} RESET session_replication_role`, on: side, by },
          })),
        ]),
        ...functions.map(({ signature, kind }): Sighting => ({
          ...about,
          severity: "blocks",
          found: `${kind.toLowerCase()} ${signature} on the ${side} sets session_replication_role, so no gate fires in it`,
          expected: "none that does",
          fix: {
            sql: `ALTER ${kind} ${signature} RESET session_replication_role`,
            on: side,
            by: `its owner, or ${by}`,
          },
        })),
      ];
    }),
};
