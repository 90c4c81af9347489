import type { Side } from "../../side";
import { canLogIn } from "../roles";
import { barredRoles } from "../strict-fence";
import type { Kind, Sighting } from "./kind";
import { changeable, onEachSide, superuserOf, type Server } from "./survey";

interface RoleRow {
  role: string;
  quoted: string;
  exists: boolean;
  is_super: boolean;
  is_ours: boolean;
}

/**
 * Rights over a role are asked with its admin option: without it the fence could not turn it read-only. Before PostgreSQL 16
 * CREATEROLE is enough (https://www.postgresql.org/docs/release/16.0/).
 */
const ROLES = `
SELECT role, quote_ident(role) AS quoted, r.oid IS NOT NULL AS exists,
       coalesce(r.rolsuper OR EXISTS (SELECT FROM pg_roles a WHERE a.rolname = 'rds_superuser'
                                         AND pg_has_role(r.oid, a.oid, 'MEMBER')), false) AS is_super,
       coalesce(pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION'), false)
         OR (SELECT rolsuper OR rolcreaterole AND current_setting('server_version_num')::integer < 160000
               FROM pg_roles WHERE rolname = current_user) AS is_ours
  FROM unnest($1::text[]) role LEFT JOIN pg_roles r ON r.rolname = role`;

/** The fence must stop these roles: it has to know them, to be above them, and not be beneath them. */
export const applicationRoles: Kind = {
  id: "application-roles",
  title: "The application's roles can be stopped by a gate",
  find: ({ pair, on, server, signal }) =>
    onEachSide(changeable(server), async (side) => {
      const rows = await on[side].query<{ [K in keyof RoleRow]: RoleRow[K] }>(signal, ROLES, [
        [...pair.applicationRoles],
      ]);
      return rows.flatMap((row) => roleFindings(side, row, server[side]));
    }),
};

function roleFindings(
  side: Side,
  { role, quoted, exists, is_super, is_ours }: RoleRow,
  server: Server,
): Sighting[] {
  const about = { severity: "blocks", side } as const;
  if (!exists) {
    // The target's is made by `start`.
    if (side === "target") return [];
    return [
      {
        ...about,
        found: `role ${role} is missing on the source`,
        expected: "the role that the application logs in as",
        fix: { action: "name the role that it does use as the database's application role" },
      },
    ];
  }
  if (is_super) {
    return [
      {
        ...about,
        found: `role ${role} is a superuser on the ${side}`,
        expected: "a role with rights of its own only: no gate can stop a superuser",
        fix: {
          sql: server.isRds ? `REVOKE rds_superuser FROM ${quoted}` : `ALTER ROLE ${quoted} NOSUPERUSER`,
          on: side,
          by: superuserOf(server),
          then: "GRANT it what it needs",
        },
      },
    ];
  }
  if (is_ours) return [];
  return [
    {
      ...about,
      found: `the operator has no rights over role ${role} on the ${side}`,
      expected: "its admin option, so that the fence can turn it read-only",
      fix: {
        sql: `GRANT ${quoted} TO ${server.operator} WITH ADMIN OPTION`,
        on: side,
        by: superuserOf(server),
      },
    },
  ];
}

/** The secret is what the application will log in to the target with. */
export const applicationLogin: Kind = {
  id: "application-login",
  title: "The application's secret is its password",
  async find({ pair, on, signal }) {
    const barred = await barredRoles(on.source, signal);
    const refusals = await Promise.all(
      pair.applicationRoles
        .filter((role) => !barred.includes(role))
        .map((role) => canLogIn(pair, "source", role, signal)),
    );
    return refusals.flatMap((refusal): Sighting[] =>
      refusal === undefined
        ? []
        : [
            {
              severity: "blocks",
              side: "source",
              found: `the application cannot log in to the source: ${refusal}`,
              expected: "the password that its secret holds",
              fix: { action: "put the password that the application uses on the source into its secret" },
            },
          ],
    );
  },
};
