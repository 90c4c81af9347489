import { setTimeout as sleep } from "node:timers/promises";
import { describeHolder, type Holder, type Lease } from "./lease";

/** How long a dead operator on another machine stands in the way of the next, in milliseconds. */
export const LEASE_DURATION = 15_000;
/** Renewals in that time: several may fail in a row before the lease is lost. */
const RENEWALS = 5;
/** Share of that time after which it is ending. */
const ENDING = 2 / 3;

/** A moment on both clocks of this machine: one stands still while it sleeps, the other may be set back. */
export interface Moment {
  readonly steady: number;
  readonly wall: number;
}

/** This moment. */
export const now = (): Moment => ({ steady: performance.now(), wall: Date.now() });

/** Time that may have passed, in milliseconds: the longer of what the two clocks say. */
const elapsed = ({ steady, wall }: Moment): number => Math.max(performance.now() - steady, Date.now() - wall);

/** A lease that was taken just now, and how it is renewed where it is kept. */
export interface TakenLease {
  /** What it is the lease of, for messages. */
  readonly name: string;
  readonly token: number;
  readonly holder: Holder;
  readonly durationMs: number;
  /** From before the taking was sent: it cannot have had its effect earlier. */
  readonly takenAt: Moment;
  /** Renews it. @returns whether it was still this one's */
  renew(signal: AbortSignal): Promise<boolean>;
  giveBack(): Promise<void>;
}

/** A lease that is renewed by itself. */
export interface KeptLease extends Lease {
  /** Renews it now. @throws Error when it may be another's, or where it is kept cannot be asked */
  confirm(): Promise<void>;
}

/**
 * Keeps a lease until it is released or lost.
 *
 * Its time is counted from before each renewal was sent, so it ends here before anybody who watches it may take it.
 */
export function keepLease(taken: TakenLease): KeptLease {
  const { name, token, holder, durationMs } = taken;
  const ending = new AbortController();
  const lost = new AbortController();
  let last = taken.takenAt;
  const every = durationMs / RENEWALS;
  const because = (what: string, why: string) =>
    new Error(`${name}: the lease is ${what}: ${why}; give the same command again`);
  const lose = (why: string): void => {
    stop();
    lost.abort(because("lost", why));
    ending.abort(lost.signal.reason);
  };
  const lookAtTheClock = (): void => {
    const ms = elapsed(last);
    if (ms >= durationMs) lose(`it could not be renewed for ${durationMs} ms`);
    else if (ms >= durationMs * ENDING)
      ending.abort(because("about to be lost", `it could not be renewed for ${Math.round(ms)} ms`));
  };
  const renew = async (): Promise<void> => {
    const sentAt = now();
    const isOurs = await taken.renew(AbortSignal.timeout(durationMs));
    if (!isOurs) lose("somebody else has taken it");
    // An answer may be overtaken by that of a later renewal.
    else if (elapsed(sentAt) < elapsed(last)) last = sentAt;
  };
  // One that fails is followed by the next one soon; the clock ends it when none gets through.
  const renewSoon = (): void => void renew().catch(() => undefined);
  const timers = [setInterval(lookAtTheClock, every / 4), setInterval(renewSoon, every)];
  for (const timer of timers) timer.unref();
  const stop = (): void => timers.forEach(clearInterval);
  const assertHeld = (): void => {
    lookAtTheClock();
    lost.signal.throwIfAborted();
  };
  return {
    token,
    holder,
    ending: ending.signal,
    lost: lost.signal,
    assertHeld,
    async confirm() {
      assertHeld();
      await renew();
      assertHeld();
    },
    async release() {
      stop();
      await taken.giveBack();
    },
  };
}

/** A lease as others see it. */
export interface SeenLease {
  readonly token: number;
  /** Changes with each renewal. */
  readonly beat: number;
  readonly holder: Holder;
  readonly durationMs: number;
  /** Not given back. */
  readonly isHeld: boolean;
}

/** How long a contender may look, and who hears of it. */
export interface Watching {
  readonly signal: AbortSignal;
  /** @default - nobody is told */
  readonly onChange?: (seen: string) => void;
  /** Between two looks, in milliseconds. @default - a tenth of the lease's time */
  readonly pauseMs?: number;
}

/**
 * Watches a lease that is held until it is given back, or its time has passed without a renewal. No two clocks are ever
 * compared: its holder counts the same time, from earlier on.
 *
 * @returns as it was seen last, free to be taken over
 * @throws Error naming its holder as soon as a renewal is seen
 */
export async function outlive<S extends SeenLease>(
  held: S,
  look: () => Promise<S | undefined>,
  name: string,
  { signal, onChange, pauseMs = held.durationMs / (2 * RENEWALS) }: Watching,
): Promise<S> {
  const until = performance.now() + held.durationMs;
  onChange?.(`held by ${describeHolder(held.holder)}; seeing whether it is still at work`);
  while (performance.now() < until) {
    const pause = Math.min(pauseMs, until - performance.now());
    // Whoever interrupts says why: that is what is thrown.
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    const found = await look();
    if (found?.token !== held.token || found.beat !== held.beat) throw refusal(name, (found ?? held).holder);
    if (!found.isHeld) return found;
  }
  return held;
}

/** What a second operator is told. */
export const refusal = (name: string, holder: Holder): Error =>
  new AnotherOperator(
    `${name}: another operator is at work: ${describeHolder(holder)}; wait until it has ended`,
    holder,
  );

/** Refused: a living operator holds the lease. */
export class AnotherOperator extends Error {
  constructor(
    message: string,
    readonly holder: Holder,
  ) {
    super(message);
  }
}
