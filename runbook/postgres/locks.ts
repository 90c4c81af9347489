import { setTimeout as pause } from "node:timers/promises";
import type { Session } from "./session";

/** SQLSTATE lock_not_available. */
const LOCK_NOT_AVAILABLE = "55P03";
/** How long a try may keep the application's writers waiting behind it, in milliseconds. */
const SHORT = 300;
/** Above the server's `deadlock_timeout` of 1 s, after which an autovacuum lets go of the table. */
const LONG = 1_500;
const PAUSE = 200;

/**
 * Changes a table that is in use. Whoever waits for a table's lock makes all later writers wait behind it, so each
 * try is short, and between tries they pass.
 */
export async function changeInUse(session: Session, sql: string, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries++) {
    const limit = tries % 5 === 0 ? LONG : SHORT;
    try {
      await session.query(signal, `SET LOCAL lock_timeout = ${limit}; ${sql}`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    }
    await pause(PAUSE, undefined, { signal });
  }
}
