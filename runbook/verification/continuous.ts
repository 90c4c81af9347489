import { setTimeout as pause } from "node:timers/promises";
import type { DatabasePair } from "../world";
import type { Verification, VerifyOptions } from "./result";
import { verifyTables } from "./tables";

/** How to verify again and again. */
export interface ContinuousOptions extends Omit<VerifyOptions, "tables"> {
  /** Rest between two rounds, in milliseconds. @default 60_000 */
  readonly everyMs?: number;
}

/**
 * Verifies round after round while replication runs, until it is aborted or left. From the second round on only tables are
 * read that were written since the round before, or were not equal in it.
 *
 * @throws Error as {@link verifyTables}
 */
export async function* verifyContinuously(
  pair: DatabasePair,
  { everyMs = 60_000, ...options }: ContinuousOptions,
): AsyncGenerator<Verification> {
  const { signal } = options;
  let { state, since } = options;
  for (;;) {
    since = await verifyTables(pair, { ...options, state, since });
    state = undefined;
    yield since;
    await pause(everyMs, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}
