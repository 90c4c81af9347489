import { EXIT } from "./exit-codes";

/** Asked to stop by a signal. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`interrupted by ${signal}`);
    this.exitCode = signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
  }
}

/** Under npm one Ctrl-C arrives twice, from the terminal and from npm; a human is slower than this, in milliseconds. */
const SAME_KEYSTROKE = 700;

/**
 * Runs something that can be stopped. The first Ctrl-C or SIGTERM aborts the signal and leaves time to put things in
 * order; the second one ends this process at once.
 *
 * @param onInterrupt told of the first one
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => void,
): Promise<T> {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = (name: "SIGINT" | "SIGTERM") => {
    const reason = new Interrupted(name);
    if (first !== undefined && performance.now() - first > SAME_KEYSTROKE) process.exit(reason.exitCode);
    if (first !== undefined) return;
    first = performance.now();
    onInterrupt();
    controller.abort(reason);
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of names) process.off(name, stop);
  }
}
