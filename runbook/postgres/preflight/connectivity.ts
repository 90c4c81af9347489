import { SIDES, otherSide, type Side } from "../../side";
import { formatConninfo, parseConninfo } from "../conninfo";
import type { Session } from "../session";
import type { Kind } from "./kind";
import { onEachSide, type Survey } from "./survey";

/** How long a server may try to reach the other, in seconds. */
const PATIENCE = 5;

/**
 * Has a server log in to the other one as a subscriber would, and takes it back: CREATE SUBSCRIPTION without a slot
 * connects, asks for the publication and is undone with its block, all in one statement that no one else can see. The
 * login is a setting of this session, and an error is caught, so that no log holds the password; `relocate.fault` says
 * what it was (https://www.postgresql.org/docs/current/sql-createsubscription.html).
 */
const TRY = `
BEGIN READ WRITE;
DO $$
BEGIN
  BEGIN
    SET LOCAL client_min_messages = error;
    EXECUTE format('CREATE SUBSCRIPTION relocate_try CONNECTION %L PUBLICATION relocate
                      WITH (create_slot = false, enabled = false, slot_name = NONE, copy_data = false)',
                   current_setting('relocate.login'));
    RAISE EXCEPTION 'reached';
  EXCEPTION WHEN OTHERS THEN
    PERFORM set_config('relocate.fault', CASE SQLERRM WHEN 'reached' THEN '' ELSE SQLERRM END, false);
  END;
END $$;
COMMIT`;

/**
 * Says why a server cannot reach the other one.
 *
 * @returns `undefined` when it can
 */
export async function tryLogin(
  subscriber: Session,
  conninfo: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const login = new Map([...parseConninfo(conninfo), ["connect_timeout", String(PATIENCE)]]);
  await subscriber.query(signal, "SELECT set_config('relocate.login', $1, false)", [formatConninfo(login)]);
  try {
    await subscriber.query(signal, TRY);
  } finally {
    if (!subscriber.lost) await subscriber.query(signal, "SELECT set_config('relocate.login', '', false)");
  }
  const [row] = await subscriber.query<{ fault: string }>(
    signal,
    "SELECT current_setting('relocate.fault') AS fault",
  );
  return row?.fault || undefined;
}

/** Replication is the servers' own: that the runbook reaches both says nothing of whether they reach each other. */
export const connectivity: Kind = {
  id: "connectivity",
  title: "Each server reaches the other",
  find: (survey) =>
    onEachSide(SIDES, async (subscriber) => {
      if (survey.server[subscriber].isReplica) return [];
      const fault = await faultOf(survey, subscriber);
      if (fault === undefined) return [];
      const publisher = otherSide(subscriber);
      return [
        {
          severity: "blocks",
          side: subscriber,
          found: `the ${subscriber}'s server cannot log in to the ${publisher}'s: ${fault}`,
          expected: "a login for replication, by the connection string that the subscription will have",
          fix: {
            action: `see that the ${publisher}'s security group or pg_hba.conf lets the ${subscriber} in, that routes lead both ways, and that name and password are those of the ${publisher}'s operator`,
          },
        },
      ];
    }),
};

async function faultOf({ pair, on, signal }: Survey, subscriber: Side): Promise<string | undefined> {
  const conninfo = await pair.conninfo(subscriber);
  const fault = await tryLogin(on[subscriber], conninfo, signal);
  const password = parseConninfo(conninfo).get("password");
  return password ? fault?.replaceAll(password, "***") : fault;
}
