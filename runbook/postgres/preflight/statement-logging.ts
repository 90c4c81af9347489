import { SIDES } from "../../side";
import type { Kind } from "./kind";
import { onEachSide, superuserOf } from "./survey";

/** As the operator's own sessions have it. */
const LOGGED = "SELECT current_setting('log_statement') AS logged";

/**
 * A subscription's statement holds the other side's password, and all but `none` write it into the server's log
 * (https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-STATEMENT).
 */
export const statementLogging: Kind = {
  id: "statement-logging",
  title: "No server's log gets to know a password",
  find: ({ on, server, signal }) =>
    onEachSide(SIDES, async (side) => {
      const [row] = await on[side].query<{ logged: string }>(signal, LOGGED);
      if (!row || row.logged === "none") return [];
      return [
        {
          severity: "warns",
          side,
          found: `the ${side} logs the operator's statements (log_statement is ${row.logged}), the subscription's with its password among them`,
          expected: "none, at least for the operator",
          fix: {
            sql: `ALTER ROLE ${server[side].operator} SET log_statement = 'none'`,
            on: side,
            by: superuserOf(server[side]),
          },
        },
      ];
    }),
};
