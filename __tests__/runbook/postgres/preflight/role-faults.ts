import { APPLICATION, OPERATOR } from "../../clusters";
import type { Fault } from "./fault";

/** What may be wrong with roles and their rights. */
export const ROLE_FAULTS: Readonly<Record<string, Fault>> = {
  "an owner whom the target does not know": {
    kind: "roles",
    severity: "blocks",
    side: "target",
    by: {
      source:
        'CREATE ROLE "old owner"; CREATE TABLE shop.old (id int PRIMARY KEY); ALTER TABLE shop.old OWNER TO "old owner"',
    },
    after: 'DROP TABLE shop.old; DROP ROLE "old owner"',
    found: "role old owner, which owns something on the source or has rights there, is missing on the target",
    fix: `CREATE ROLE "old owner" NOLOGIN;\nGRANT "old owner" TO ${OPERATOR} WITH INHERIT TRUE, SET TRUE`,
  },
  "a right that is missing": {
    kind: "grants",
    severity: "blocks",
    side: "target",
    by: { target: `REVOKE DELETE ON shop.orders FROM ${APPLICATION}` },
    found: `right ${APPLICATION}: DELETE ON TABLE shop.orders is missing on the target`,
    fix: `GRANT DELETE ON TABLE shop.orders TO ${APPLICATION}`,
  },
  "a right on a column that is missing": {
    kind: "grants",
    severity: "blocks",
    side: "target",
    by: { source: `GRANT REFERENCES (id) ON shop.orders TO ${APPLICATION}` },
    found: `right ${APPLICATION}: REFERENCES (id) ON TABLE shop.orders is missing on the target`,
    fix: `GRANT REFERENCES (id) ON TABLE shop.orders TO ${APPLICATION}`,
  },
  "a right that the target alone gives": {
    kind: "grants",
    severity: "warns",
    side: "target",
    by: { target: `GRANT TRUNCATE ON shop.orders TO ${APPLICATION}` },
    found: `right ${APPLICATION}: TRUNCATE ON TABLE shop.orders is on the target alone`,
    fix: `REVOKE TRUNCATE ON TABLE shop.orders FROM ${APPLICATION}`,
  },
  "a membership that is missing": {
    kind: "role-settings",
    severity: "blocks",
    side: "target",
    by: { source: `CREATE ROLE "the staff"; GRANT "the staff" TO ${APPLICATION}` },
    after: `REVOKE "the staff" FROM ${APPLICATION}`,
    found: `role ${APPLICATION} has not member of "the staff" on the target`,
    fix: /GRANT "the staff" TO shop_app$/,
  },
  "a role's setting that is missing": {
    kind: "role-settings",
    severity: "warns",
    side: "target",
    by: { source: `ALTER ROLE ${APPLICATION} IN DATABASE {database} SET search_path = "$user", shop` },
    found: `role ${APPLICATION} has not setting search_path in this database "$user", shop on the target`,
    fix: /^ALTER ROLE shop_app IN DATABASE \w+ SET search_path = "\$user", shop$/,
  },
  "a database's setting of another value": {
    kind: "role-settings",
    severity: "warns",
    side: "target",
    by: {
      source: "ALTER DATABASE {database} SET work_mem = '9MB'",
      target: "ALTER DATABASE {database} SET work_mem = '8MB'",
    },
    found: "the database has not setting work_mem in this database 9MB on the target",
    fix: /^ALTER DATABASE \w+ SET work_mem = '9MB'$/,
  },
  "a table of an owner whose rights the operator lacks": {
    kind: "ownership",
    severity: "blocks",
    side: "source",
    by: { source: "CREATE ROLE landlord; ALTER TABLE shop.events OWNER TO landlord" },
    found: "table shop.events on the source belongs to another role, landlord",
    fix: `GRANT landlord TO ${OPERATOR} WITH INHERIT TRUE, SET TRUE`,
  },
  "a table of a superuser": {
    kind: "ownership",
    severity: "blocks",
    side: "source",
    by: { source: "ALTER TABLE shop.events OWNER TO postgres" },
    found: "table shop.events on the source belongs to another role, postgres",
    fix: `ALTER TABLE shop.events OWNER TO ${OPERATOR}`,
  },
  "an application that owns its tables": {
    kind: "gate-bypass",
    severity: "warns",
    side: "source",
    by: {
      source: `GRANT ${APPLICATION} TO ${OPERATOR} WITH INHERIT TRUE, SET TRUE; GRANT USAGE, CREATE ON SCHEMA shop TO ${APPLICATION}; ALTER TABLE shop.events OWNER TO ${APPLICATION}`,
    },
    after: `GRANT ${APPLICATION} TO ${OPERATOR} WITH INHERIT FALSE, SET FALSE; REVOKE CREATE ON SCHEMA shop FROM ${APPLICATION}`,
    found: `role ${APPLICATION} has the owner's rights over 1 tables on the source, so it could turn their gates off: shop.events`,
    fix: /^ALTER TABLE shop.events OWNER TO keeper;\nGRANT SELECT, INSERT, UPDATE, DELETE ON shop.events TO shop_app$/,
  },
  "an application that may switch triggers off for its session": {
    kind: "gate-bypass",
    severity: "blocks",
    side: "target",
    by: { target: `GRANT SET ON PARAMETER session_replication_role TO ${APPLICATION}` },
    found: `role ${APPLICATION} may set session_replication_role on the target, and with it no gate fires`,
    fix: `REVOKE SET ON PARAMETER session_replication_role FROM ${APPLICATION}`,
  },
  "a role whose sessions begin without triggers": {
    kind: "gate-bypass",
    severity: "blocks",
    side: "source",
    by: { source: `ALTER ROLE ${APPLICATION} IN DATABASE {database} SET session_replication_role = replica` },
    found: `sessions of role ${APPLICATION} on the source begin with session_replication_role set, so no gate fires`,
    fix: /^ALTER ROLE shop_app IN DATABASE \w+ RESET session_replication_role$/,
  },
  "a function that runs without triggers": {
    kind: "gate-bypass",
    severity: "blocks",
    side: "source",
    by: {
      source:
        "CREATE FUNCTION shop.quietly() RETURNS void LANGUAGE sql SET session_replication_role = replica AS ''",
    },
    found: "function shop.quietly() on the source sets session_replication_role, so no gate fires in it",
    fix: "ALTER FUNCTION shop.quietly() RESET session_replication_role",
  },
};
