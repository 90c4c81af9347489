import { NOT_OF_EXTENSION, OF_APPLICATION } from "./catalog";
import { APPLICATION_NAME } from "./session";

/** Positions of all sequences, unlogged ones too, read from each itself: `pg_sequences` does not tell "never used" from "used once". */
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
     WHERE c.relkind = 'S' AND c.relpersistence <> 't'
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'relocate')
  LOOP
    EXECUTE format('SELECT last_value, is_called FROM %I.%I', sequence.nspname, sequence.relname) INTO place;
    positions := positions || jsonb_build_object('schema', sequence.nspname, 'name', sequence.relname,
                                                 'last', place.last_value, 'called', place.is_called);
  END LOOP;
  RETURN positions;
END $$;`;

/**
 * Waits until nobody writes any more, then ends the application's sessions: no commit is left with an unknown outcome,
 * and they reconnect to the other side.
 *
 * Older transactions are all that were there at the first look after the closing was committed, readers too: under
 * REPEATABLE READ a reader may still become a writer that sees the gate open. Each is known by its session and its own
 * beginning, since a clock that is set back makes what came before the closing look like what came after it. Background workers of extensions (a scheduler) count like
 * clients. Of a session without `track_activities` nobody can tell: the application's is ended below, another's is waited
 * for. A fence that was taken back meanwhile ends the waiting, before any session.
 */
const AWAIT_SILENCE = `
CREATE OR REPLACE PROCEDURE relocate.await_silence(
  p_epoch bigint, p_roles text[], p_patience interval, INOUT waited_for integer, INOUT sent_away integer)
LANGUAGE plpgsql AS $$
DECLARE
  closed_at timestamptz := clock_timestamp();
  there     text[];
  sessions  text[];
  left_over integer;
  older     text;
BEGIN
  PERFORM pg_stat_clear_snapshot();
  SELECT array_agg(pid || ' ' || xact_start), array_agg(pid || ' ' || backend_start) INTO there, sessions
    FROM pg_stat_activity WHERE datname = current_database();
  LOOP
    IF NOT EXISTS (SELECT FROM relocate.gate WHERE holds AND NOT open AND epoch = p_epoch) THEN
      RAISE EXCEPTION 'switch % was taken back while it waited', p_epoch;
    END IF;
    PERFORM pg_stat_clear_snapshot();
    SELECT count(*), string_agg(format('process %s of role %s (%s), %s, for %s', pid, usename,
             coalesce(nullif(application_name, ''), 'no application name'), state,
             date_trunc('milliseconds', clock_timestamp() - xact_start)), '; ')
      INTO left_over, older
      FROM pg_stat_activity
     WHERE datname = current_database()
       AND (xact_start <= closed_at OR pid || ' ' || xact_start = ANY (there) OR state = 'disabled' AND usename <> ALL (p_roles))
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
     WHERE datname = current_database() AND usename = ANY (p_roles)
       AND (backend_start <= closed_at OR pid || ' ' || backend_start = ANY (sessions));
    sent_away := greatest(sent_away, left_over);
    EXIT WHEN left_over = 0;
    IF clock_timestamp() > closed_at + p_patience THEN
      RAISE EXCEPTION '% sessions of the application have not ended within %', left_over, p_patience;
    END IF;
    PERFORM pg_sleep(0.001);
  END LOOP;
END $$;`;

/**
 * Looks once more, behind the fence, for tables that came without a gate, or lost it, after the preflight: a migration,
 * or a scheduler that makes partitions. What is written there is not stopped, and what is not published not carried.
 */
const REFUSE_UNGUARDED = `
CREATE OR REPLACE PROCEDURE relocate.refuse_unguarded()
LANGUAGE plpgsql AS $$
DECLARE
  unguarded text;
BEGIN
  SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname) INTO unguarded
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${NOT_OF_EXTENSION}
     AND (NOT EXISTS (SELECT FROM pg_trigger t
                       WHERE t.tgrelid = c.oid AND t.tgname = 'relocate_gate' AND t.tgenabled IN ('O', 'A'))
          OR NOT c.relispartition
             AND NOT EXISTS (SELECT FROM pg_publication_rel pr JOIN pg_publication p ON p.oid = pr.prpubid
                              WHERE pr.prrelid = c.oid AND p.pubname = 'relocate'));
  IF unguarded IS NOT NULL THEN
    RAISE EXCEPTION 'tables have no gate, or are not replicated, since the preflight: %', unguarded
      USING HINT = 'Run \`relocate start\` again, and then the switch.';
  END IF;
END $$;`;

/** Begins a fence, to be committed by the caller: a closed gate that is not committed closes nothing. */
const SHUT_GATE = `
CREATE OR REPLACE FUNCTION relocate.shut_gate(p_epoch bigint, p_roles text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role('pg_read_all_stats', 'USAGE') THEN
    RAISE EXCEPTION 'role % cannot see other sessions'' transactions, so it cannot wait for them', current_user
      USING HINT = format('GRANT pg_monitor TO %I', current_user);
  END IF;
  UPDATE relocate.gate SET open = false, epoch = p_epoch, shut = tstzrange(clock_timestamp(), NULL) WHERE open AND epoch = p_epoch - 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'switch % was taken back, or another is under way: %', p_epoch,
      (SELECT format('this gate is %s and has seen switch %s', CASE WHEN open THEN 'open' ELSE 'closed' END, epoch)
         FROM relocate.gate);
  END IF;
  CALL relocate.set_read_only(p_roles, true);
  -- From here on nobody but the server itself may be needed to end the fence. Version 13 never looks for its client.
  IF current_setting('client_connection_check_interval', true) IS NOT NULL THEN
    PERFORM set_config('client_connection_check_interval', '0', false);
  END IF;
END $$;`;

/** Gives the right to write away behind a fence that stands: it arrives, as every row does, in the order of commits. */
const GIVE = `
CREATE OR REPLACE FUNCTION relocate.give(p_epoch bigint, p_roles text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO relocate.handover VALUES (p_epoch, p_roles, relocate.sequence_positions());
  DELETE FROM relocate.handover;
  UPDATE relocate.gate SET given = p_epoch WHERE holds AND NOT open AND epoch = p_epoch;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'switch % was taken back while it waited', p_epoch;
  END IF;
END $$;`;

/**
 * Gives the right to write away, in one call: fence, wait, hand over. It commits in between (a closed gate that is not
 * committed closes nothing), hence a procedure of the caller's own rights.
 *
 * The fence is the server's own: whether or not the runbook still lives, this goes on to the handover, or opens the
 * gate again when something is in the way. The handover is one transaction, and the point from which this side does
 * not open by itself any more. Committed after the last row of the application, it arrives after it. The sequences in
 * it are read when no session is left that could draw a number here.
 */
const HAND_OVER = `
CREATE OR REPLACE PROCEDURE relocate.hand_over(
  p_epoch bigint, p_roles text[], p_patience interval, INOUT waited_for integer DEFAULT 0, INOUT sent_away integer DEFAULT 0,
  p_strict boolean DEFAULT false)
LANGUAGE plpgsql AS $$
DECLARE
  fault  text;
  remedy text;
BEGIN
  PERFORM relocate.shut_gate(p_epoch, p_roles);
  IF p_strict THEN
    CALL relocate.bar(p_roles);
  END IF;
  COMMIT;

  BEGIN
    CALL relocate.await_silence(p_epoch, p_roles, p_patience, waited_for, sent_away);
    CALL relocate.refuse_unguarded();
    PERFORM relocate.give(p_epoch, p_roles);
  EXCEPTION WHEN query_canceled OR OTHERS THEN
    GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT, remedy = PG_EXCEPTION_HINT;
    PERFORM relocate.take_back(p_epoch, p_roles, false);
  END;
  COMMIT;
  IF fault IS NOT NULL THEN
    PERFORM relocate.end_stale_sessions(p_roles);
    RAISE EXCEPTION USING MESSAGE = fault, HINT = remedy;
  END IF;
END $$;`;

/**
 * Ends a fence, and spends its number even when it has not come yet, so that it comes in vain. What was handed over
 * comes back only when the other side has refused it.
 *
 * @returns (SQL) whether this side holds the right to write
 */
const TAKE_BACK = `
CREATE OR REPLACE FUNCTION relocate.take_back(p_epoch bigint, p_roles text[], p_refused boolean) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  gate record;
BEGIN
  SELECT * INTO gate FROM relocate.gate FOR UPDATE;
  IF gate.epoch > p_epoch OR NOT gate.holds AND NOT (p_refused AND gate.given = p_epoch) THEN
    RETURN gate.holds;
  END IF;
  UPDATE relocate.gate
     SET open = true, given = -1, epoch = p_epoch,
         shut = CASE WHEN open THEN shut ELSE tstzrange(lower(shut), greatest(lower(shut), clock_timestamp())) END;
  IF NOT gate.open THEN
    CALL relocate.set_read_only(p_roles, false);
  END IF;
  RETURN true;
END $$;`;

/**
 * Ends the application's sessions that were opened while this side was shut. They are read-only for as long as they last:
 * in a pool of connections that would be long after the gate has opened, or the name has gone to the other side.
 *
 * @returns (SQL) how many
 */
const END_STALE_SESSIONS = `
CREATE OR REPLACE FUNCTION relocate.end_stale_sessions(p_roles text[]) RETURNS integer
LANGUAGE sql AS $$
  SELECT count(pg_terminate_backend(pid))::integer FROM pg_stat_activity, relocate.gate
   WHERE datname = current_database() AND usename = ANY (p_roles) AND backend_start <@ shut
$$;`;

/** The functions by which a side gives the right to write away, or keeps it. */
export const HANDING_OVER = [
  SEQUENCE_POSITIONS,
  AWAIT_SILENCE,
  REFUSE_UNGUARDED,
  END_STALE_SESSIONS,
  SHUT_GATE,
  GIVE,
  HAND_OVER,
  TAKE_BACK,
].join("\n");
