import { OPERATOR } from "../../clusters";
import type { Fault } from "./fault";

/** What may be wrong with tables and sequences. */
export const TABLE_FAULTS: Readonly<Record<string, Fault>> = {
  "a table without a key": {
    kind: "identity",
    severity: "blocks",
    side: "source",
    by: {
      source: `CREATE TABLE shop.keyless (note text); ALTER TABLE shop.keyless OWNER TO ${OPERATOR}; CREATE INDEX ON shop.keyless (note)`,
    },
    found:
      "table shop.keyless on the source has no primary key, or a deferrable one: once it is published, UPDATE and DELETE would fail",
    fix: "ALTER TABLE shop.keyless REPLICA IDENTITY FULL",
  },
  "a table with a full identity and no index": {
    kind: "identity",
    severity: "warns",
    side: "target",
    by: {
      target: `CREATE TABLE shop.wide (flag boolean, note text); ALTER TABLE shop.wide REPLICA IDENTITY FULL; ALTER TABLE shop.wide OWNER TO ${OPERATOR};
                   INSERT INTO shop.wide SELECT true, n::text FROM generate_series(1, 100) n; ANALYZE shop.wide; DELETE FROM shop.wide`,
    },
    found:
      /^table shop.wide on the target has REPLICA IDENTITY FULL and no index: each UPDATE or DELETE .* reads the whole table/,
    fix: "CREATE INDEX CONCURRENTLY ON shop.wide (note)",
  },
  "a table whose columns cannot be compared": {
    kind: "identity",
    severity: "blocks",
    side: "source",
    by: {
      source: `CREATE TABLE shop.papers (paper json, place point, many xml[], name varchar, mood text[]); ALTER TABLE shop.papers REPLICA IDENTITY FULL;
                   ALTER TABLE shop.papers OWNER TO ${OPERATOR}`,
    },
    found:
      /papers on the source has no primary key.*: paper json, place point, many xml\[\] cannot be compared, so the first UPDATE or DELETE would stop replication$/,
    fix: "ALTER TABLE shop.papers ADD COLUMN relocate_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
  },
  "a sequence of somebody else": {
    kind: "sequences",
    severity: "blocks",
    side: "target",
    by: { target: "CREATE SEQUENCE shop.foreign_number" },
    found: "the operator cannot read and set sequence shop.foreign_number on the target",
    fix: `GRANT SELECT, UPDATE ON SEQUENCE shop.foreign_number TO ${OPERATOR}`,
  },
  "an unlogged table": {
    kind: "unlogged-tables",
    severity: "blocks",
    side: "source",
    by: { source: "ALTER TABLE shop.events SET UNLOGGED" },
    found: "table shop.events on the source is unlogged, so it is not replicated",
    fix: "ALTER TABLE shop.events SET LOGGED",
  },
  "large objects": {
    kind: "large-objects",
    severity: "blocks",
    side: "source",
    by: { source: "SELECT lo_create(0), lo_create(0)" },
    found: "the source holds 2 large objects, which are not replicated",
    fix: "SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
  },
  "a partition that is a foreign table": {
    kind: "foreign-tables",
    severity: "blocks",
    side: "source",
    by: {
      source: `CREATE FOREIGN DATA WRAPPER far; CREATE SERVER archive FOREIGN DATA WRAPPER far;
                   CREATE TABLE shop.calls (day date) PARTITION BY RANGE (day); ALTER TABLE shop.calls OWNER TO ${OPERATOR};
                   CREATE FOREIGN TABLE shop.calls_2020 PARTITION OF shop.calls FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') SERVER archive;
                   ALTER FOREIGN TABLE shop.calls_2020 OWNER TO ${OPERATOR}`,
    },
    found:
      "table shop.calls_2020 on the source is a foreign one, of server archive, and a partition of shop.calls, which cannot be replicated with it",
    fix: "ALTER TABLE shop.calls DETACH PARTITION shop.calls_2020",
  },
  "row security upon the owner": {
    kind: "row-security",
    severity: "blocks",
    side: "source",
    by: { source: "ALTER TABLE shop.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY" },
    found: "table shop.events on the source forces row security upon its owner, so rows would be left out",
    fix: "ALTER TABLE shop.events NO FORCE ROW LEVEL SECURITY",
  },
  "a trigger that fires for replication": {
    kind: "replica-triggers",
    severity: "blocks",
    side: "target",
    by: {
      target: `CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                   CREATE TRIGGER "Note it" AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note();
                   ALTER TABLE shop.orders ENABLE ALWAYS TRIGGER "Note it"`,
    },
    found:
      'trigger "Note it" of table shop.orders on the target fires for replicated rows too, so what it does would be done twice',
    fix: 'ALTER TABLE shop.orders ENABLE TRIGGER "Note it"',
  },
  "a target that is not empty": {
    kind: "filled-target",
    severity: "blocks",
    side: "target",
    by: {
      target: `CREATE TABLE shop.returns (of_order bigint REFERENCES shop.orders); ALTER TABLE shop.returns OWNER TO ${OPERATOR};
                   INSERT INTO shop.orders (key) VALUES ('x')`,
    },
    found: "table shop.orders on the target is not empty: the copy would add to it",
    fix: "TRUNCATE shop.orders, shop.returns",
  },
};
