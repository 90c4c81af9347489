import type { ClientConfig, DatabaseError } from "pg";
import { SIDES, otherSide, type Side } from "../../side";
import { runConcealed } from "../concealed";
import { parseConninfo } from "../conninfo";
import type { Kind } from "./kind";
import { onEachSide, type Survey } from "./survey";

/** How long a server may try to reach the other, in milliseconds. Its own limit, `connect_timeout`, does not hold for a subscription. */
const PATIENCE = 5_000;
/** (https://www.postgresql.org/docs/current/errcodes-appendix.html) */
const QUERY_CANCELED = "57014";

/** Without a slot it connects, asks for the publication, and leaves nothing there. */
const TRY = `CREATE SUBSCRIPTION relocate_try CONNECTION %L PUBLICATION relocate
  WITH (create_slot = false, enabled = false, slot_name = NONE, copy_data = false)`;

/**
 * Has a server log in to the other one as a subscriber would, and takes it back
 * (https://www.postgresql.org/docs/current/sql-createsubscription.html).
 *
 * @param subscriber login of the operator to that server
 * @param conninfo of the other; holds a password
 * @returns why it cannot; `undefined` when it can
 */
export async function tryLogin(
  subscriber: ClientConfig,
  conninfo: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const statement = { statement: TRY, conninfo, isKept: false, patience: PATIENCE };
  const [tried] = await Promise.allSettled([runConcealed(subscriber, statement, signal)]);
  signal.throwIfAborted();
  if (tried.status === "fulfilled") return undefined;
  const fault = tried.reason as DatabaseError;
  return fault.code === QUERY_CANCELED ? `no answer within ${PATIENCE} ms` : fault.message;
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

async function faultOf({ pair, signal }: Survey, subscriber: Side): Promise<string | undefined> {
  const conninfo = await pair.conninfo(subscriber);
  const fault = await tryLogin(await pair.operator(subscriber), conninfo, signal);
  const password = parseConninfo(conninfo).get("password");
  return password ? fault?.replaceAll(password, "***") : fault;
}
