import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type JournalPlace,
  type LeaseItem,
  readLease,
  renewLease,
  replaceLease,
  returnLease,
} from "./lease-item";
import type { Waiting } from "./wait";

/** How long a dead operator stands in the way of the next, in milliseconds. */
const DURATION = 15_000;
/** Renewals in that time: several may fail in a row before the lease is lost. */
const RENEWALS = 5;

/** The right to act on one relocation. */
export interface Lease {
  /** The fencing token: higher than that of anybody who held the lease before. */
  readonly token: number;
  /** Made up for this taking alone; what is written on condition of it is written by its holder. */
  readonly session: string;
  /** Aborted, with the reason, as soon as the lease can no longer be relied on: stop at once. */
  readonly signal: AbortSignal;
  /** Throws when the lease can no longer be relied on: ask right before an effect. */
  assertHeld(): void;
  /** Gives it back; safe to call twice. */
  release(): Promise<void>;
}

export interface LeaseRequest extends JournalPlace {
  /** Who takes it, in words: a second operator is told. */
  readonly holder: string;
  /** Without a renewal for as long, it is lost; in milliseconds. @default 15000 */
  readonly durationMs?: number;
}

/**
 * Takes the lease of a relocation: one operator at a time.
 *
 * No two clocks are ever compared. Whoever finds it held watches it for its whole duration: a renewal seen means that the
 * holder lives; none means that the holder, who counts the same duration from before its own last renewal was sent, has
 * stopped relying on it already.
 *
 * Needs `dynamodb:GetItem` and `dynamodb:UpdateItem` on the table.
 *
 * @throws Error naming the living holder
 */
export async function takeLease(
  dynamo: DynamoDBClient,
  request: LeaseRequest,
  waiting: Waiting,
): Promise<Lease> {
  const { durationMs = DURATION } = request;
  const found = await readLease(dynamo, request, waiting.signal);
  const seen = found?.session === undefined ? found : await outlive(dynamo, request, found, waiting);
  const item = {
    token: (seen?.token ?? 0) + 1,
    beat: 0,
    holder: request.holder,
    since: new Date().toISOString(),
    durationMs,
    session: randomUUID(),
  };
  const sentAt = now();
  if (!(await replaceLease(dynamo, request, seen, item))) {
    const other = await readLease(dynamo, request);
    throw refusal(request, other ?? item);
  }
  return hold(dynamo, request, item, sentAt);
}

/** Watches a held lease until it is given back or its duration has passed without a renewal. @throws Error at a renewal */
async function outlive(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  held: LeaseItem,
  { signal, onChange, pauseMs = held.durationMs / (2 * RENEWALS) }: Waiting,
): Promise<LeaseItem> {
  const until = performance.now() + held.durationMs;
  onChange?.(`held by ${held.holder} since ${held.since}; seeing whether it is still at work`);
  while (performance.now() < until) {
    await sleep(Math.min(pauseMs, until - performance.now()), undefined, { signal });
    const found = await readLease(dynamo, place, signal);
    if (found?.token !== held.token || found.beat !== held.beat) throw refusal(place, found ?? held);
    if (found.session === undefined) return found;
  }
  return held;
}

function hold(
  dynamo: DynamoDBClient,
  place: JournalPlace,
  { token, session, durationMs }: Required<LeaseItem>,
  takenAt: Moment,
): Lease {
  const lost = new AbortController();
  const every = durationMs / RENEWALS;
  // Counted from before the request: it cannot have had its effect earlier.
  let last = takenAt;
  const isOver = () => elapsed(last) >= durationMs;
  const lose = (why: string) =>
    lost.abort(new Error(`${place.relocation}: the lease is lost: ${why}; give the same command again`));
  const expiry = setInterval(() => {
    if (isOver()) lose(`it could not be renewed for ${durationMs} ms`);
  }, every / 4);
  const renewal = setInterval(() => void renew(), every);
  for (const timer of [expiry, renewal]) timer.unref();
  const stop = () => [expiry, renewal].forEach(clearInterval);
  lost.signal.addEventListener("abort", stop, { once: true });

  async function renew(): Promise<void> {
    const sentAt = now();
    try {
      const isOurs = await renewLease(dynamo, place, session, AbortSignal.timeout(durationMs));
      if (!isOurs) lose("somebody else has taken it");
      // An answer may be overtaken by that of a later renewal.
      else if (elapsed(sentAt) < elapsed(last)) last = sentAt;
    } catch {
      // The next renewal comes soon; `expiry` ends it when none gets through.
    }
  }

  return {
    token,
    session,
    signal: lost.signal,
    assertHeld() {
      if (isOver()) lose(`it could not be renewed for ${durationMs} ms`);
      lost.signal.throwIfAborted();
    },
    async release() {
      stop();
      await returnLease(dynamo, place, session);
    },
  };
}

/** A moment on both clocks of this machine: one stands still while it sleeps, the other may be set back. */
interface Moment {
  readonly steady: number;
  readonly wall: number;
}

const now = (): Moment => ({ steady: performance.now(), wall: Date.now() });

/** Time that may have passed, in milliseconds: the longer of what the two clocks say. */
const elapsed = ({ steady, wall }: Moment): number => Math.max(performance.now() - steady, Date.now() - wall);

function refusal({ table, relocation }: JournalPlace, { holder, since }: LeaseItem): Error {
  return new Error(
    `table ${table}: ${relocation}: another operator is at work: ${holder}, since ${since}; wait until it has ended`,
  );
}
