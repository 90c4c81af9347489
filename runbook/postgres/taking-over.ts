/** How long the apply worker may wait for a lock: it must refuse rather than stand still, in milliseconds. */
const LOCK_PATIENCE = 2_000;

/**
 * Takes the right to write over. The apply worker runs it, in the transaction that brought the handover: so every row
 * that was committed before it on the other side is here, and the sequences and the open gate come with it or not at
 * all. Nothing has to be made durable first: an acknowledged write of this side is behind the opening in the same log.
 *
 * An error here would stop replication and be met again at every new try, so it is a refusal instead: the number is
 * spent, and the other side may take the right back. For what comes late, twice, or was refused before, nothing is done.
 */
const TAKE_OVER = `
CREATE OR REPLACE FUNCTION relocate.take_over() RETURNS trigger
LANGUAGE plpgsql SET lock_timeout = ${LOCK_PATIENCE} AS $$
DECLARE
  place jsonb;
BEGIN
  PERFORM FROM relocate.gate WHERE NOT holds AND epoch < NEW.epoch FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  BEGIN
    FOR place IN SELECT * FROM jsonb_array_elements(NEW.sequences) LOOP
      PERFORM setval(format('%I.%I', place->>'schema', place->>'name')::regclass,
                     (place->>'last')::bigint, (place->>'called')::boolean);
    END LOOP;
    CALL relocate.set_read_only(NEW.roles, false);
    UPDATE relocate.gate SET open = true, epoch = NEW.epoch, opened = NEW.epoch, refusal = NULL,
                             opened_at = pg_current_wal_insert_lsn(),
                             shut = tstzrange(lower(shut), greatest(lower(shut), clock_timestamp()));
  EXCEPTION WHEN query_canceled OR OTHERS THEN
    UPDATE relocate.gate SET epoch = NEW.epoch, refusal = SQLERRM;
  END;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS take_over ON relocate.handover;
CREATE TRIGGER take_over AFTER INSERT ON relocate.handover
  FOR EACH ROW EXECUTE FUNCTION relocate.take_over();
ALTER TABLE relocate.handover ENABLE REPLICA TRIGGER take_over;`;

/**
 * Waits here, on the server, until the right to write has come.
 *
 * @returns (SQL) `opened`: true, or false with the `refusal`; NULL when nothing came in time
 */
const AWAIT_HANDOVER = `
CREATE OR REPLACE FUNCTION relocate.await_handover(
  p_epoch bigint, p_patience interval, OUT opened boolean, OUT refusal text)
LANGUAGE plpgsql AS $$
DECLARE
  deadline timestamptz := clock_timestamp() + p_patience;
BEGIN
  LOOP
    SELECT g.opened >= p_epoch, g.refusal INTO opened, refusal FROM relocate.gate g WHERE g.epoch >= p_epoch;
    EXIT WHEN FOUND OR clock_timestamp() > deadline;
    PERFORM pg_sleep(0.001);
  END LOOP;
END $$;`;

/**
 * Spends a number on the side that was to take over with it.
 *
 * @returns (SQL) false when it has taken over: then it is the writer, or was
 */
const REFUSE = `
CREATE OR REPLACE FUNCTION relocate.refuse(p_epoch bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE relocate.gate SET epoch = greatest(epoch, p_epoch),
                           refusal = CASE WHEN epoch < p_epoch THEN 'it was taken back' ELSE refusal END
   WHERE NOT holds AND opened < p_epoch;
  RETURN FOUND;
END $$;`;

/** The functions by which a side takes the right to write over, or refuses it. */
export const TAKING_OVER = [TAKE_OVER, AWAIT_HANDOVER, REFUSE].join("\n");
