import { OPERATOR } from "../../clusters";
import type { Fault } from "./fault";

/** What may be wrong with what stands beside the tables. */
export const SERVER_FAULTS: Readonly<Record<string, Fault>> = {
  "a subscription to somebody else": {
    kind: "feeds",
    severity: "blocks",
    side: "source",
    by: {
      source: "CREATE SUBSCRIPTION feed CONNECTION 'dbname=elsewhere' PUBLICATION p WITH (connect = false)",
    },
    found:
      "subscription feed on the source writes rows that come from elsewhere, and these are not passed on to the other side",
    fix: "ALTER SUBSCRIPTION feed DISABLE;\nALTER SUBSCRIPTION feed SET (slot_name = NONE);\nDROP SUBSCRIPTION feed",
  },
  "an extension that is missing": {
    kind: "extensions",
    severity: "blocks",
    side: "target",
    by: { source: "CREATE EXTENSION citext SCHEMA shop" },
    found: "extension citext is missing on the target",
    fix: /^CREATE SCHEMA IF NOT EXISTS shop;\nCREATE EXTENSION citext SCHEMA shop VERSION '1\.\d'$/,
  },
  "an extension of another version": {
    kind: "extensions",
    severity: "warns",
    side: "target",
    by: { source: "CREATE EXTENSION hstore", target: "CREATE EXTENSION hstore VERSION '1.4'" },
    found: "extension hstore is of version 1.4 on the target",
    fix: /^ALTER EXTENSION hstore UPDATE TO '1\.\d'$/,
  },
  "indexes made by another library": {
    kind: "collations",
    severity: "warns",
    side: "source",
    by: {
      source:
        "ALTER DATABASE {database} OWNER TO keeper; CREATE COLLATION shop.words (provider = builtin, locale = 'C.UTF-8'); CREATE INDEX ON shop.orders (writer COLLATE shop.words); UPDATE pg_collation SET collversion = '0.9' WHERE collname = 'words'",
    },
    found:
      "the source's indexes of text were made by another version of the library that sorts (COLLATION shop.words)",
    fix: /^REINDEX DATABASE \w+;\nALTER COLLATION shop.words REFRESH VERSION$/,
  },
  "an event trigger": {
    kind: "event-triggers",
    severity: "warns",
    side: "target",
    by: {
      target: `CREATE FUNCTION shop.seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
                   CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION shop.seen()`,
    },
    found:
      "event trigger watcher (ddl_command_end) on the target runs when the runbook makes its gates and subscriptions",
    fix: "ALTER EVENT TRIGGER watcher DISABLE",
  },
  "a materialized view that was never filled": {
    kind: "materialized-views",
    severity: "warns",
    side: "target",
    phase: "switch",
    by: {
      target: `CREATE MATERIALIZED VIEW shop.totals AS SELECT count(*) FROM shop.orders WITH NO DATA; ALTER MATERIALIZED VIEW shop.totals OWNER TO ${OPERATOR}`,
    },
    found: "materialized view shop.totals on the target is not filled, so it cannot be read",
    fix: "REFRESH MATERIALIZED VIEW shop.totals",
  },
  "an idle slot": {
    kind: "retained-log",
    severity: "warns",
    side: "source",
    by: { source: "SELECT pg_create_logical_replication_slot('forgotten', 'pgoutput')" },
    found: /^slot forgotten on the source keeps .* of log, and nobody reads from it$/,
    fix: "SELECT pg_drop_replication_slot('forgotten')",
  },
  "an audit that gets to know passwords": {
    kind: "statement-logging",
    severity: "warns",
    side: "source",
    by: { source: `ALTER ROLE ${OPERATOR} SET pgaudit.log = 'write, all, -function'` },
    found:
      "the source keeps the text of statements that functions run (pgaudit.log is write, all, -function), the subscription's with its password among them",
    fix: `ALTER ROLE ${OPERATOR} SET pgaudit.log = 'none'`,
  },
  "a limit of time that ends a copy": {
    kind: "time-limits",
    severity: "blocks",
    side: "source",
    by: { source: "ALTER DATABASE {database} SET statement_timeout = '30s'" },
    found:
      "statement_timeout is 30000ms for the operator on the source: it ends the copy of a table that takes longer",
    fix: `ALTER ROLE ${OPERATOR} IN DATABASE faulty SET statement_timeout = 0`,
  },
  "a limit of time that ends an applied transaction": {
    kind: "time-limits",
    severity: "blocks",
    side: "target",
    by: { target: "ALTER DATABASE {database} SET transaction_timeout = '1min'" },
    found:
      "transaction_timeout is 60000ms for the operator on the target: it ends the copy of a table, and whatever transaction takes longer to bring",
    fix: `ALTER ROLE ${OPERATOR} IN DATABASE faulty SET transaction_timeout = 0`,
  },
  "a limit of time that ends a waiting worker": {
    kind: "time-limits",
    severity: "warns",
    side: "target",
    by: { target: "ALTER DATABASE {database} SET lock_timeout = '5s'" },
    found: "lock_timeout is 5000ms for the operator on the target: it ends a worker that waits for a lock",
    fix: `ALTER ROLE ${OPERATOR} IN DATABASE faulty SET lock_timeout = 0`,
  },
  "statistics that get to know passwords": {
    kind: "statement-logging",
    severity: "warns",
    side: "target",
    by: { target: `ALTER ROLE ${OPERATOR} SET pg_stat_statements.track = 'all'` },
    found:
      "the target keeps the text of statements that functions run (pg_stat_statements.track is all), the subscription's with its password among them",
    fix: `ALTER ROLE ${OPERATOR} SET pg_stat_statements.track = 'top'`,
  },
};
