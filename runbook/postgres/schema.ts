import type { Side } from "../side";
import { HANDING_OVER } from "./handing-over";
import { PROMOTING } from "./promoting";
import { STRICT_FENCE } from "./strict-fence";
import { TAKING_OVER } from "./taking-over";

/**
 * What the runbook keeps in each database.
 *
 * `gate` has one row. `holds`: this side has the right to write; `open`: it uses it. A side that holds and is closed
 * stands behind a fence, in the middle of a switch. One side holds the right, or it is under way between them: never
 * do both. `epoch` is the number of the last switch this gate took part in, `opened` the one with which it was last
 * opened, `given` the one with which it gave the right away (-1: it did not), `refusal` why the last one was not taken
 * over. `timeline`: open on that one alone; a replica that is promoted copies the row, and writes on a timeline of its own
 * (NULL: on any). `opened_at`: position of this side's log when it was opened: its own rows come after it, and all that
 * were brought before. `shut`: when this side was last closed, from and until; who connected then is read-only for as
 * long as the connection lasts. A number is spent once: each function refuses one that its gate has already seen in another role, so that a
 * call of a runbook that died, or was left behind at a deadline, can arrive as late as it likes and change nothing.
 *
 * `marker` and `handover` are the tables of the runbook that are replicated. A row of `marker` proves that all before
 * it has arrived; one of `handover` is the right to write itself, and rests in neither table: it is inserted and
 * deleted by one transaction, so that it exists in the stream alone and no copy of a table can bring it a second time.
 */
const TABLES = `
CREATE SCHEMA IF NOT EXISTS relocate;

CREATE TABLE IF NOT EXISTS relocate.gate (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  side    text    NOT NULL CHECK (side IN ('source', 'target')),
  open    boolean NOT NULL,
  epoch   bigint  NOT NULL,
  opened  bigint  NOT NULL,
  given   bigint  NOT NULL DEFAULT -1,
  holds   boolean NOT NULL GENERATED ALWAYS AS (opened > given) STORED,
  refusal text,
  timeline integer,
  opened_at pg_lsn,
  shut     tstzrange,
  CHECK (holds OR NOT open)
);

CREATE TABLE IF NOT EXISTS relocate.marker (
  token      text PRIMARY KEY,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS relocate.handover (
  epoch     bigint PRIMARY KEY,
  roles     text[] NOT NULL,
  sequences jsonb  NOT NULL
);`;

/**
 * The gate as applications meet it. It runs once a statement, with the operator's rights, so that applications need
 * none in this schema. Error code 25006 (read_only_sql_transaction) is what drivers and poolers take for "look for
 * the writer elsewhere". No row at all counts as closed.
 */
const CHECK_GATE = `
CREATE OR REPLACE FUNCTION relocate.check_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF (SELECT open AND (timeline IS NULL OR timeline = relocate.timeline()) FROM relocate.gate) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'writes to % are closed in this region', TG_TABLE_NAME
    USING ERRCODE = '25006', HINT = 'Connect to the database of the other region: it is the writer, or about to be.';
END $$;`;

/** Waits here, on the server, so that the answer costs one flight and no polling over a distance. */
const AWAIT_MARKER = `
CREATE OR REPLACE FUNCTION relocate.await_marker(p_token text, p_patience interval) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  deadline timestamptz := clock_timestamp() + p_patience;
BEGIN
  LOOP
    IF EXISTS (SELECT FROM relocate.marker WHERE token = p_token) THEN
      RETURN true;
    END IF;
    IF clock_timestamp() > deadline THEN
      RETURN false;
    END IF;
    PERFORM pg_sleep(0.001);
  END LOOP;
END $$;`;

/** What drivers ask for when they look for the writer, for the sessions that the roles open from now on. */
const SET_READ_ONLY = `
CREATE OR REPLACE PROCEDURE relocate.set_read_only(p_roles text[], p_read_only boolean)
LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY p_roles LOOP
    EXECUTE format(CASE WHEN p_read_only THEN 'ALTER ROLE %I IN DATABASE %I SET default_transaction_read_only = on'
                                         ELSE 'ALTER ROLE %I IN DATABASE %I RESET default_transaction_read_only' END,
                   name, current_database());
  END LOOP;
  IF NOT p_read_only THEN
    CALL relocate.unbar();
  END IF;
END $$;`;

/** The first row of a side's gate: the source is the writer, the target was never opened. */
const firstGate = (side: Side): string => `
INSERT INTO relocate.gate (side, open, epoch, opened, shut)
  VALUES ('${side}', ${side === "source"}, 0, ${side === "source" ? "0, NULL" : "-1, '(,)'"}) ON CONFLICT DO NOTHING;`;

/** Statements, to be sent as one, that make or renew the schema on a side; what it remembers is kept. */
export const createSchema = (side: Side): string =>
  [
    TABLES,
    CHECK_GATE,
    AWAIT_MARKER,
    STRICT_FENCE,
    SET_READ_ONLY,
    HANDING_OVER,
    TAKING_OVER,
    PROMOTING,
    firstGate(side),
  ].join("\n");
