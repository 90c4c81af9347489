import { observing } from "./observing";
import type { Observations } from "./result";
import type { StepContext } from "./step";

/** What an attempt came to: never an exception. */
export interface Attempt<T> {
  /** @default - it failed */
  readonly value?: T;
  /** @default - it succeeded */
  readonly failed?: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly observations: Observations;
}

/** Time that work gets to end by itself once its signal is aborted, in milliseconds; then it is left behind. */
const GRACE = 1_000;
/** Between two tries to take something back, in milliseconds. */
const UNDO_PAUSE = 200;

/**
 * Does work under a deadline and turns whatever happens into a value. Work that ignores its signal is left behind:
 * every effect of a step is guarded where it happens, a runbook that hangs while writes are held is not.
 *
 * @param timeout in milliseconds
 * @param outer aborts the work early
 * @param onObserved hears of what the work observes, at most once a second. @default - nobody hears of it before its end
 */
export async function attempt<T>(
  timeout: number,
  outer: AbortSignal,
  work: (context: StepContext) => Promise<T>,
  onObserved?: (seen: Observations) => void,
): Promise<Attempt<T>> {
  const observed = observing(onObserved);
  const startedAt = Date.now();
  const begun = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`not done within ${timeout} ms`)), timeout);
  const signal = AbortSignal.any([outer, deadline.signal]);
  const end = (): Omit<Attempt<T>, "value" | "failed"> => ({
    startedAt,
    durationMs: performance.now() - begun,
    observations: observed.seen,
  });
  try {
    signal.throwIfAborted();
    const value = await orAborted(
      work({ signal, observe: (key, value) => observed.observe(key, value) }),
      signal,
    );
    return { ...end(), value };
  } catch (error) {
    // The step's own complaint about a closed connection would hide that it was its deadline which closed it.
    return { ...end(), failed: messageOf(signal.aborted ? signal.reason : error) };
  } finally {
    clearTimeout(timer);
    observed.end();
  }
}

/**
 * Takes something back, again and again until it succeeds or its time is up: writers may be waiting for it.
 *
 * @param timeout in milliseconds
 * @param outer aborts it early
 */
export function undoUntilDone(
  timeout: number,
  outer: AbortSignal,
  undo: (context: StepContext) => Promise<void>,
): Promise<Attempt<void>> {
  let last: string | undefined;
  return attempt(timeout, outer, async (context) => {
    for (;;) {
      try {
        return await undo(context);
      } catch (error) {
        last = messageOf(error);
        if (isFinal(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, UNDO_PAUSE));
      context.signal.throwIfAborted();
    }
  }).then((tried) => (tried.failed && last ? { ...tried, failed: last } : tried));
}

/** A signal that nobody aborts, for what must go on after Ctrl-C. */
export const forever = (): AbortSignal => new AbortController().signal;

/** Thrown by an `undo` for which another try makes no sense: the world has gone past it. */
export class CannotUndo extends Error {}

/** Several databases fail together: one of them that cannot be taken back is enough. */
function isFinal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isFinal);
  return error instanceof CannotUndo || (error instanceof Error && isFinal(error.cause));
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave: () => void = () => undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => void setTimeout(() => reject(signal.reason as Error), GRACE).unref();
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener("abort", leave);
    // The loser of the race has nobody else to hear its end.
    void Promise.allSettled([work, left]);
  }
}

/** What an error says; a plain abort says what it means to the operator. */
export function messageOf(error: unknown): string {
  // Anything can be thrown, also nothing.
  const { name, message } = (error ?? {}) as Partial<Error>;
  if (name === "AbortError") return "interrupted";
  return message || name || String(error);
}
