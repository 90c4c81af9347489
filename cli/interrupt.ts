import { EXIT } from "./exit-codes";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
const NAMES = Object.keys(CODES) as (keyof typeof CODES)[];

/** Asked to stop by a signal. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: keyof typeof CODES) {
    super(`interrupted by ${signal}`);
    this.exitCode = CODES[signal];
  }
}

/** Under npm one Ctrl-C arrives twice, from the terminal and from npm; a human is slower than this, in milliseconds. */
const SAME_KEYSTROKE = 700;

/**
 * Runs something that can be stopped. The first Ctrl-C, SIGTERM or SIGHUP aborts the signal and leaves time to put things in
 * order; the second one ends this process at once.
 *
 * @param onInterrupt told of the first one
 * @throws Interrupted when the work gives up after it; its cause is what the work threw
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => void,
): Promise<T> {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = (name: keyof typeof CODES) => {
    const reason = new Interrupted(name);
    if (first !== undefined && performance.now() - first > SAME_KEYSTROKE) process.exit(reason.exitCode);
    if (first !== undefined) return;
    first = performance.now();
    // A terminal that was closed takes no result any more: to write one must not end this process half way.
    if (name === "SIGHUP") process.stdout.on("error", () => undefined);
    onInterrupt();
    controller.abort(reason);
  };
  for (const name of NAMES) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted || error === controller.signal.reason) throw error;
    // What waits says of itself only that it was aborted.
    throw Object.assign(controller.signal.reason as Interrupted, { cause: error });
  } finally {
    for (const name of NAMES) process.off(name, stop);
  }
}
