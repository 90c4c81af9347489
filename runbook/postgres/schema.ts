import type { Side } from "../side";
import { APPLICATION_NAME } from "./session";

/**
 * What the runbook keeps in each database.
 *
 * `gate` has one row: is this side open, the number (epoch) of the last switch it took part in, and the number with
 * which it was last opened. Every switch has a number above both gates' epochs. A number is spent once: each function
 * below refuses a number that its gate has already seen in another role, so that a call of a runbook that died, or was
 * left behind at a deadline, can arrive as late as it likes and change nothing.
 *
 * `marker` is the one table of the runbook that is replicated: its rows prove that all before them has arrived.
 * `drained` is this side's own record that it has everything of a switch, durable before it may open.
 */
const TABLES = `
CREATE SCHEMA IF NOT EXISTS relocate;

CREATE TABLE IF NOT EXISTS relocate.gate (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  side   text    NOT NULL CHECK (side IN ('source', 'target')),
  open   boolean NOT NULL,
  epoch  bigint  NOT NULL,
  opened bigint  NOT NULL
);

CREATE TABLE IF NOT EXISTS relocate.marker (
  token      text PRIMARY KEY,
  sequences  jsonb,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS relocate.drained (
  epoch      bigint PRIMARY KEY,
  sequences  integer NOT NULL,
  drained_at timestamptz NOT NULL DEFAULT clock_timestamp()
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
  IF (SELECT open FROM relocate.gate) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'writes to % are closed in this region', TG_TABLE_NAME
    USING ERRCODE = '25006', HINT = 'Connect to the database of the other region: it is the writer, or about to be.';
END $$;`;

/** Positions of all sequences, read from each itself: `pg_sequences` does not tell "never used" from "used once". */
const SEQUENCE_POSITIONS = `
CREATE OR REPLACE FUNCTION relocate.sequence_positions() RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  sequence  record;
  place     record;
  positions jsonb := '[]';
BEGIN
  FOR sequence IN
    SELECT n.nspname, c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND c.relpersistence = 'p'
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'relocate')
  LOOP
    EXECUTE format('SELECT last_value, is_called FROM %I.%I', sequence.nspname, sequence.relname) INTO place;
    positions := positions || jsonb_build_object('schema', sequence.nspname, 'name', sequence.relname,
                                                 'last', place.last_value, 'called', place.is_called);
  END LOOP;
  RETURN positions;
END $$;`;

/**
 * The fence in one call: close, wait out, send away, mark. It commits in between (a closed gate that is not committed
 * closes nothing), hence a procedure of the caller's own rights.
 *
 * Older transactions are all that began before the closing was committed, readers too: under REPEATABLE READ a
 * reader may still become a writer that sees the gate open. Background workers of extensions (a scheduler) count like
 * clients. Sessions that were open then are ended once nothing of
 * theirs can be in flight: no commit is left with an unknown outcome, and they reconnect to the other side. The
 * sequences are read after that, so that no number can be drawn here any more. Numbers of a switch that was taken
 * back meanwhile are refused before the marker is written.
 */
const FENCE = `
CREATE OR REPLACE PROCEDURE relocate.fence(
  p_epoch bigint, p_roles text[], p_patience interval, INOUT waited_for integer DEFAULT 0, INOUT sent_away integer DEFAULT 0)
LANGUAGE plpgsql AS $$
DECLARE
  gate      record;
  name      text;
  closed_at timestamptz;
  older     text;
  left_over integer;
BEGIN
  IF NOT pg_has_role('pg_read_all_stats', 'USAGE') THEN
    RAISE EXCEPTION 'role % cannot see other sessions'' transactions, so it cannot wait for them', current_user
      USING HINT = format('GRANT pg_monitor TO %I', current_user);
  END IF;
  SELECT * INTO gate FROM relocate.gate FOR UPDATE;
  IF gate.epoch > p_epoch OR (gate.epoch = p_epoch AND gate.open) THEN
    RAISE EXCEPTION 'switch % was taken back: this gate has seen switch %', p_epoch, gate.epoch;
  END IF;
  UPDATE relocate.gate SET open = false, epoch = p_epoch;
  FOREACH name IN ARRAY p_roles LOOP
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET default_transaction_read_only = on', name, current_database());
  END LOOP;
  COMMIT;
  closed_at := clock_timestamp();
  waited_for := 0;
  sent_away := 0;

  LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT count(*), string_agg(format('process %s of role %s (%s), %s, for %s', pid, usename,
             coalesce(nullif(application_name, ''), 'no application name'), state,
             date_trunc('milliseconds', clock_timestamp() - xact_start)), '; ')
      INTO left_over, older
      FROM pg_stat_activity
     WHERE datname = current_database() AND xact_start <= closed_at
       AND backend_type NOT IN ('autovacuum worker', 'walsender') AND backend_type NOT LIKE 'logical replication %'
       AND pid <> pg_backend_pid() AND NOT (usename = session_user AND application_name = '${APPLICATION_NAME}');
    waited_for := greatest(waited_for, left_over);
    EXIT WHEN left_over = 0;
    IF clock_timestamp() > closed_at + p_patience THEN
      RAISE EXCEPTION 'transactions older than the fence have not ended within %: %', p_patience, older
        USING HINT = 'Let them commit, or end them, and switch again.';
    END IF;
    PERFORM pg_sleep(0.001);
  END LOOP;

  IF EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database()) THEN
    RAISE EXCEPTION 'a prepared transaction is pending: it could commit after the fence'
      USING HINT = 'See pg_prepared_xacts; COMMIT PREPARED or ROLLBACK PREPARED.';
  END IF;

  LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT count(pg_terminate_backend(pid)) INTO left_over
      FROM pg_stat_activity
     WHERE datname = current_database() AND usename = ANY (p_roles) AND backend_start <= closed_at;
    sent_away := greatest(sent_away, left_over);
    EXIT WHEN left_over = 0;
    IF clock_timestamp() > closed_at + p_patience THEN
      RAISE EXCEPTION '% sessions of the application have not ended within %', left_over, p_patience;
    END IF;
    PERFORM pg_sleep(0.001);
  END LOOP;

  PERFORM FROM relocate.gate WHERE NOT open AND epoch = p_epoch FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'switch % was taken back while it waited', p_epoch;
  END IF;
  INSERT INTO relocate.marker (token, sequences)
    VALUES ('drain-' || p_epoch, relocate.sequence_positions()) ON CONFLICT DO NOTHING;
  COMMIT;
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

/**
 * The drain in one call: once the fence's marker is here, so is every row before it. The sequences and the record are
 * one synchronous commit, which also makes durable what replication has applied before it. Never after the gate has
 * opened: that would set the sequences back.
 *
 * @returns (SQL) how many sequences were set, or NULL when the marker did not come in time
 */
const DRAIN = `
CREATE OR REPLACE FUNCTION relocate.drain(p_epoch bigint, p_patience interval) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  gate      record;
  place     jsonb;
  positions jsonb;
BEGIN
  IF NOT relocate.await_marker('drain-' || p_epoch, p_patience) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO gate FROM relocate.gate FOR UPDATE;
  IF gate.open OR gate.epoch >= p_epoch THEN
    RAISE EXCEPTION 'switch % was taken back or is past: this gate is % and has seen switch %',
      p_epoch, CASE WHEN gate.open THEN 'open' ELSE 'closed' END, gate.epoch;
  END IF;
  SELECT m.sequences INTO positions FROM relocate.marker m WHERE token = 'drain-' || p_epoch;
  FOR place IN SELECT * FROM jsonb_array_elements(positions) LOOP
    PERFORM setval(format('%I.%I', place->>'schema', place->>'name')::regclass,
                   (place->>'last')::bigint, (place->>'called')::boolean);
  END LOOP;
  INSERT INTO relocate.drained (epoch, sequences) VALUES (p_epoch, jsonb_array_length(positions))
    ON CONFLICT DO NOTHING;
  RETURN jsonb_array_length(positions);
END $$;`;

/** The point of no return. Repeating it is harmless; a number that was forfeited or never drained is refused. */
const OPEN_GATE = `
CREATE OR REPLACE FUNCTION relocate.open_gate(p_epoch bigint, p_roles text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  gate record;
  name text;
BEGIN
  SELECT * INTO gate FROM relocate.gate FOR UPDATE;
  IF gate.open AND gate.epoch = p_epoch THEN
    RETURN;
  END IF;
  IF gate.open OR gate.epoch >= p_epoch THEN
    RAISE EXCEPTION 'switch % was taken back: this gate has seen switch %', p_epoch, gate.epoch;
  END IF;
  IF NOT EXISTS (SELECT FROM relocate.drained WHERE epoch = p_epoch) THEN
    RAISE EXCEPTION 'this side has not drained switch %: to open now would lose writes', p_epoch;
  END IF;
  UPDATE relocate.gate SET open = true, epoch = p_epoch, opened = p_epoch;
  FOREACH name IN ARRAY p_roles LOOP
    EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET default_transaction_read_only', name, current_database());
  END LOOP;
END $$;`;

/** Takes a fence back, and spends its number even when the fence has not come yet, so that it comes in vain. */
const REOPEN_GATE = `
CREATE OR REPLACE FUNCTION relocate.reopen_gate(p_epoch bigint, p_roles text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  UPDATE relocate.gate SET open = true, epoch = greatest(epoch, p_epoch);
  FOREACH name IN ARRAY p_roles LOOP
    EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET default_transaction_read_only', name, current_database());
  END LOOP;
END $$;`;

/** Spends a number on the side that was to open with it. */
const FORFEIT = `
CREATE OR REPLACE FUNCTION relocate.forfeit(p_epoch bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE relocate.gate SET epoch = greatest(epoch, p_epoch) WHERE NOT open;
  RETURN FOUND;
END $$;`;

/** The first row of a side's gate: the source is the writer, the target was never opened. */
const firstGate = (side: Side): string => `
INSERT INTO relocate.gate (side, open, epoch, opened)
  VALUES ('${side}', ${side === "source"}, 0, ${side === "source" ? 0 : -1}) ON CONFLICT DO NOTHING;`;

/** Statements, to be sent as one, that make or renew the schema on a side; what it remembers is kept. */
export const createSchema = (side: Side): string =>
  [
    TABLES,
    CHECK_GATE,
    SEQUENCE_POSITIONS,
    FENCE,
    AWAIT_MARKER,
    DRAIN,
    OPEN_GATE,
    REOPEN_GATE,
    FORFEIT,
    firstGate(side),
  ].join("\n");
