/**
 * The timeline the server writes on. Promotion begins a new one, which its first record already is on
 * (https://www.postgresql.org/docs/current/continuous-archiving.html, "Timelines").
 */
const TIMELINE = `
CREATE OR REPLACE FUNCTION relocate.timeline() RETURNS integer
LANGUAGE sql AS $$
  SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer
$$;`;

/**
 * The fence under which a replica is promoted: closes the gate, waits out older transactions, says so by a marker, and
 * then waits for the right to write to be given. The server itself ends it when that does not come in time, so that a
 * runbook that dies during a promotion of minutes leaves the source serving.
 */
const FENCE = `
CREATE OR REPLACE PROCEDURE relocate.fence(
  p_epoch bigint, p_roles text[], p_patience interval, p_hold interval,
  INOUT waited_for integer DEFAULT 0, INOUT sent_away integer DEFAULT 0)
LANGUAGE plpgsql AS $$
DECLARE
  deadline timestamptz := clock_timestamp() + p_hold;
  fault    text;
  remedy   text;
BEGIN
  PERFORM relocate.shut_gate(p_epoch, p_roles);
  COMMIT;

  BEGIN
    CALL relocate.await_silence(p_epoch, p_roles, p_patience, waited_for, sent_away);
    CALL relocate.refuse_unguarded();
    INSERT INTO relocate.marker (token) VALUES ('fence-' || p_epoch) ON CONFLICT DO NOTHING;
  EXCEPTION WHEN query_canceled OR OTHERS THEN
    GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT, remedy = PG_EXCEPTION_HINT;
    PERFORM relocate.take_back(p_epoch, p_roles, false);
  END;
  COMMIT;
  IF fault IS NOT NULL THEN
    PERFORM relocate.end_stale_sessions(p_roles);
    RAISE EXCEPTION USING MESSAGE = fault, HINT = remedy;
  END IF;

  LOOP
    EXIT WHEN EXISTS (SELECT FROM relocate.gate WHERE given >= p_epoch);
    IF NOT EXISTS (SELECT FROM relocate.gate WHERE holds AND NOT open AND epoch = p_epoch) THEN
      RAISE EXCEPTION 'switch % was taken back while it waited', p_epoch;
    END IF;
    IF clock_timestamp() > deadline THEN
      PERFORM relocate.take_back(p_epoch, p_roles, false);
      COMMIT;
      PERFORM relocate.end_stale_sessions(p_roles);
      RAISE EXCEPTION 'the target was not ready to write within %', p_hold;
    END IF;
    PERFORM pg_sleep(0.005);
    COMMIT;
  END LOOP;
END $$;`;

/**
 * Makes a copied gate the target's own: closed, and without the right to write. The number of a switch under whose fence
 * the copy was made is still to come here.
 *
 * @returns (SQL) whether it was still the source's
 */
const TURN = `
CREATE OR REPLACE FUNCTION relocate.turn(p_roles text[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE relocate.gate
     SET side = 'target', open = false, epoch = CASE WHEN open THEN epoch ELSE epoch - 1 END,
         opened = -1, given = -1, timeline = NULL, refusal = NULL, shut = '(,)'
   WHERE side = 'source';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  CALL relocate.set_read_only(p_roles, true);
  RETURN true;
END $$;`;

/** The functions by which a replica of the source becomes the target. */
export const PROMOTING = [TIMELINE, FENCE, TURN].join("\n");
