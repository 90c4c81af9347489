import type { Fix } from "./finding";
import type { Kind, Sighting } from "./kind";
import { changeable, onEachSide, superuserOf, type Server } from "./survey";

interface Rights {
  sees: boolean;
  alters: boolean;
  ends: boolean;
  replicates: boolean;
  subscribes: boolean;
  creates: boolean;
}

/**
 * Memberships that are not inherited give no rights: since PostgreSQL 16 whoever makes a role is such a member of it
 * (https://www.postgresql.org/docs/current/role-membership.html). Subscriptions are made by members of
 * `pg_create_subscription` from 16 on, by superusers before (https://www.postgresql.org/docs/16/release-16.html); on
 * RDS `rds_superuser` may at any version, and `rds_replication` stands for the attribute REPLICATION
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.LogicalReplication.html).
 */
const RIGHTS = `
SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS sees,
       r.rolsuper OR r.rolcreaterole AS alters,
       pg_has_role('pg_signal_backend', 'USAGE')
         OR (SELECT coalesce(bool_and(pg_has_role(oid, 'USAGE')), true) FROM pg_roles WHERE rolname = ANY ($1)) AS ends,
       r.rolsuper OR r.rolreplication
         OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication' AND pg_has_role(oid, 'MEMBER')) AS replicates,
       r.rolsuper OR EXISTS (SELECT FROM pg_roles WHERE rolname IN ('pg_create_subscription', 'rds_superuser')
                                AND pg_has_role(oid, 'USAGE')) AS subscribes,
       has_database_privilege(current_database(), 'CREATE') AS creates
  FROM pg_roles r WHERE r.rolname = current_user`;

/** What each right is for, and how it is given; no superuser is needed from PostgreSQL 16 on. */
const NEEDED: readonly {
  readonly right: keyof Rights;
  readonly lacks: string;
  readonly expected: string;
  readonly sql: (server: Server) => string;
  readonly by?: string;
}[] = [
  {
    right: "sees",
    lacks: "cannot see other sessions' transactions",
    expected: "a member of pg_monitor, or the fence could not wait for them",
    sql: ({ operator }) => `GRANT pg_monitor TO ${operator}`,
  },
  {
    right: "ends",
    lacks: "cannot end the application's sessions",
    expected: "a member of pg_signal_backend, so that they look for the other side",
    sql: ({ operator }) => `GRANT pg_signal_backend TO ${operator}`,
  },
  {
    right: "alters",
    lacks: "cannot turn the application's roles read-only",
    expected: "a role with CREATEROLE",
    sql: ({ operator }) => `ALTER ROLE ${operator} CREATEROLE`,
  },
  {
    right: "replicates",
    lacks: "cannot open a replication connection",
    expected: "a role with REPLICATION, since the other side reads the log by it",
    sql: ({ operator, isRds }) =>
      isRds ? `GRANT rds_replication TO ${operator}` : `ALTER ROLE ${operator} REPLICATION`,
  },
  {
    right: "creates",
    lacks: "cannot create anything in the database",
    expected: "CREATE on the database, for the runbook's schema, its publication and its subscription",
    sql: ({ operator, database }) => `GRANT CREATE ON DATABASE ${database} TO ${operator}`,
    by: "the database's owner",
  },
  {
    right: "subscribes",
    lacks: "cannot make a subscription",
    expected: "a member of pg_create_subscription; before PostgreSQL 16 a superuser, on RDS rds_superuser",
    sql: subscribingSql,
  },
];

function subscribingSql({ operator, isRds, version }: Server): string {
  if (version >= 160_000) return `GRANT pg_create_subscription TO ${operator}`;
  return isRds ? `GRANT rds_superuser TO ${operator}` : `ALTER ROLE ${operator} SUPERUSER`;
}

/** The relocation rests on these rights, and on nothing that only a superuser may do. */
export const operatorRights: Kind = {
  id: "operator-rights",
  title: "The operator may do all that it will have to",
  find: ({ pair, on, server, signal }) =>
    onEachSide(changeable(server), async (side) => {
      const [rights] = await on[side].query<{ [K in keyof Rights]: Rights[K] }>(signal, RIGHTS, [
        [...pair.applicationRoles],
      ]);
      if (!rights) throw new Error(`the ${side} does not say what the operator may do`);
      return NEEDED.filter(({ right }) => !rights[right]).map(({ lacks, expected, sql, by }): Sighting => ({
        severity: "blocks",
        side,
        found: `the operator ${lacks} on the ${side}`,
        expected,
        fix: { sql: sql(server[side]), on: side, by: by ?? superuserOf(server[side]) } satisfies Fix,
      }));
    }),
};
