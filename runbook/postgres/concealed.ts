import type { ClientConfig } from "pg";
import { formatConninfo, parseConninfo } from "./conninfo";
import { connect } from "./session";

/** A statement with a connection string in it. */
export interface Concealed {
  /** As for `format`, with one `%L` where the connection string belongs. It may have no other `%`. */
  readonly statement: string;
  /** Holds a password. */
  readonly conninfo: string;
  /** Whether what it does stays. */
  readonly isKept: boolean;
  /** Time for it, in milliseconds. @default - as long as it takes */
  readonly patience?: number;
}

/**
 * Runs a statement so that the server's log does not get to know the password in it, whether it succeeds, fails, warns, is
 * cancelled or ended: the log keeps the text of statements that fail (`log_min_error_statement`), and of others as it
 * is told (`log_statement`, `log_min_duration_statement`), with the values that are bound to them; and what is told amid a
 * statement of PL/pgSQL is told with that statement's text, as its context.
 *
 * So the connection string comes as a setting with the login, which nothing logs, becomes the body of a function in the
 * language SQL, whose context names the function alone, and that is called. The function and its schema are never
 * committed. Extensions that log or count what functions run are told by the preflight (`statement-logging`).
 * https://www.postgresql.org/docs/current/runtime-config-logging.html, https://www.postgresql.org/docs/current/protocol-message-formats.html (StartupMessage).
 *
 * Cost: one connection.
 *
 * @param login of the operator, who may create schemas in the database
 */
export async function runConcealed(
  login: ClientConfig,
  { statement, conninfo, isKept, patience = 0 }: Concealed,
  signal: AbortSignal,
): Promise<void> {
  // Well-formed, or libpq's complaint would quote it.
  const secret = formatConninfo(parseConninfo(conninfo));
  const options = `-c relocate.secret=${secret.replaceAll(/[\s\\]/g, "\\$&")}`;
  const session = await connect({ ...login, options }, signal);
  try {
    await session.query(signal, "SELECT set_config('statement_timeout', $1, false)", [String(patience)]);
    await session.query(signal, batch(statement, isKept));
  } finally {
    await session.close();
  }
}

/** One message: a client that dies amid it leaves all of it or nothing. */
const batch = (statement: string, isKept: boolean): string => `
BEGIN READ WRITE;
CREATE SCHEMA relocate_concealed;
DO $relocate$
BEGIN
  EXECUTE format('CREATE FUNCTION relocate_concealed.run() RETURNS void LANGUAGE sql AS %L',
                 format($statement$${statement}$statement$, current_setting('relocate.secret')));
END $relocate$;
SELECT relocate_concealed.run();
DROP FUNCTION relocate_concealed.run();
DROP SCHEMA relocate_concealed;
${isKept ? "COMMIT" : "ROLLBACK"}`;
