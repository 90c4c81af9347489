import type { Session } from "./session";

/** Whether the server is a physical replica that still follows, so that nothing can be written to it. */
export async function isReplica(session: Session, signal: AbortSignal): Promise<boolean> {
  const [row] = await session.query<{ follows: boolean }>(signal, "SELECT pg_is_in_recovery() AS follows");
  return row?.follows ?? false;
}
