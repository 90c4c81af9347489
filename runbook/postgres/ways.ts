import type { Side } from "../side";
import type { Session } from "./session";

/** The first version that passes on only what was written at the publisher itself, if a subscriber asks for it. */
const FILTERS_ORIGIN = 160_000;

/**
 * Whether both directions of replication can stand at once. When one side is older than PostgreSQL 16, rows would go
 * round in circles: then only the one to the side that is not the writer stands, and a switch turns it round
 * (https://www.postgresql.org/docs/16/sql-createsubscription.html, `origin`).
 */
export async function standBothWays(
  on: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<boolean> {
  const versions = await Promise.all(
    Object.values(on).map((session) =>
      session.query<{ version: number }>(
        signal,
        "SELECT current_setting('server_version_num')::integer AS version",
      ),
    ),
  );
  return versions.flat().every(({ version }) => version >= FILTERS_ORIGIN);
}
