import type { Side } from "../side";
import type { Session } from "./session";

/** The first version that passes on only what was written at the publisher itself, if a subscriber asks for it. */
const FILTERS_ORIGIN = 160_000;

/**
 * Whether both directions can stand at once between servers of these versions.
 *
 * @param versions as `server_version_num`
 */
export const filterOrigin = (versions: readonly number[]): boolean =>
  versions.every((version) => version >= FILTERS_ORIGIN);

/** The server's version as `server_version_num`, such as 180001. */
export async function versionOf(session: Session, signal: AbortSignal): Promise<number> {
  const [row] = await session.query<{ version: number }>(
    signal,
    "SELECT current_setting('server_version_num')::integer AS version",
  );
  if (!row) throw new Error("the server does not say its version");
  return row.version;
}

/**
 * Whether both directions of replication can stand at once. When one side is older than PostgreSQL 16, rows would go
 * round in circles: then only the one to the side that is not the writer stands, and a switch turns it round
 * (https://www.postgresql.org/docs/16/sql-createsubscription.html, `origin`).
 */
export async function standBothWays(
  on: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<boolean> {
  return filterOrigin(await Promise.all(Object.values(on).map((session) => versionOf(session, signal))));
}
