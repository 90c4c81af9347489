import type { PgbouncerInstance } from "./instance";
import { openConsole } from "./console";

/** As many as a line of an error can bear. */
const NAMED = 5;

/**
 * Who keeps a pause waiting: the clients that hold a server connection, which in transaction mode means that they are in a
 * transaction. On a console of its own, since the one that pauses is still waiting.
 */
export async function openTransactions(
  { administrator }: PgbouncerInstance,
  databaseName: string,
  signal: AbortSignal,
): Promise<string> {
  const console = await openConsole(administrator, signal);
  const [rows = []] = await console.ask(signal, "SHOW CLIENTS");
  await console.close();
  const clients = (rows as Record<string, string>[])
    .filter(({ database, link }) => database === databaseName && link)
    .map(
      ({ addr, port, user, application_name, request_time }) =>
        `${addr}:${port} of ${user} (${application_name || "no application name"}), last heard of at ${request_time}`,
    );
  if (clients.length === 0) return "its last transaction has ended meanwhile; give the same command again";
  const more = clients.length > NAMED ? ` and ${clients.length - NAMED} more` : "";
  return `clients are in a transaction: ${clients.slice(0, NAMED).join("; ")}${more}. Let them commit, or end them`;
}
