import type { DatabasePair } from "../world";
import type { Side } from "../side";
import { connect, type Session } from "./session";

/**
 * What a session is for. Calls that wait on the server have one of their own, so that they can be under way at the
 * same time.
 */
export type Purpose = "work" | "handover";

/** The sessions of one database, opened when first asked for and anew when lost. */
export interface Sessions {
  on(side: Side, signal: AbortSignal, purpose?: Purpose): Promise<Session>;
  close(): Promise<void>;
}

/** @param pair says how the operator connects; asked at each opening, since secrets rotate */
export function sessionsOf(pair: Pick<DatabasePair, "operator">): Sessions {
  const open = new Map<string, Opening>();
  return {
    on(side, signal, purpose = "work") {
      const key = `${side} ${purpose}`;
      const standing = open.get(key);
      if (standing && !standing.isUseless()) return standing.session;
      // No await before this: of two callers at once, one would open a session that nobody closes.
      const opening = openingOf(login(pair, side, signal));
      open.set(key, opening);
      return opening.session;
    },
    async close() {
      const ending = [...open.values()];
      open.clear();
      await Promise.allSettled(ending.map(async ({ session }) => (await session).close()));
    },
  };
}

interface Opening {
  readonly session: Promise<Session>;
  /** Lost, or never opened. */
  readonly isUseless: () => boolean;
}

function openingOf(session: Promise<Session>): Opening {
  let isUseless = (): boolean => false;
  session.then(
    (opened) => (isUseless = () => opened.lost),
    () => (isUseless = () => true),
  );
  return { session, isUseless: () => isUseless() };
}

const FIX = "; run it where the network reaches the server, with the operator's present secret";

/** Opens a session as the operator. @throws Error that names the side and the server, with what to do */
export async function login(
  pair: Pick<DatabasePair, "operator">,
  side: Side,
  signal: AbortSignal,
): Promise<Session> {
  const refused = (error: unknown, fix: string): never => {
    throw new Error(`the operator cannot log in to the ${side}: ${(error as Error).message}${fix}`, {
      cause: error,
    });
  };
  // Where the login is kept says by itself what to do.
  const config = await pair.operator(side).catch((error: unknown) => refused(error, ""));
  return connect(config, signal).catch((error: unknown) => refused(error, FIX));
}
