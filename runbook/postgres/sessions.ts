import type { DatabasePair } from "../world";
import type { Side } from "../side";
import { connect, type Session } from "./session";

/**
 * What a session is for. Calls that wait on the server have one of their own, so that they can be under way at the
 * same time.
 */
export type Purpose = "work" | "marker" | "drain" | "reverse";

/** The sessions of one database, opened when first asked for and anew when lost. */
export interface Sessions {
  on(side: Side, signal: AbortSignal, purpose?: Purpose): Promise<Session>;
  /** @param purposes which to end. @default - all */
  close(purposes?: readonly Purpose[]): Promise<void>;
}

/** @param pair says how the operator connects; asked at each opening, since secrets rotate */
export function sessionsOf(pair: DatabasePair): Sessions {
  const open = new Map<string, { purpose: Purpose; session: Promise<Session> }>();
  return {
    async on(side, signal, purpose = "work") {
      const key = `${side} ${purpose}`;
      const [standing] = await Promise.allSettled([open.get(key)?.session]);
      if (standing.status === "fulfilled" && standing.value && !standing.value.lost) return standing.value;
      const session = login(pair, side, signal);
      open.set(key, { purpose, session });
      return session;
    },
    async close(purposes) {
      const ending = [...open].filter(([, { purpose }]) => !purposes || purposes.includes(purpose));
      for (const [key] of ending) open.delete(key);
      await Promise.allSettled(ending.map(async ([, { session }]) => (await session).close()));
    },
  };
}

async function login(pair: DatabasePair, side: Side, signal: AbortSignal): Promise<Session> {
  try {
    return await connect(await pair.operator(side), signal);
  } catch (error) {
    throw new Error(`the operator cannot log in to the ${side}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
