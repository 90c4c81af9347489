import { setTimeout as pause } from "node:timers/promises";
import { escapeIdentifier } from "pg";
import { each as eachOf } from "../each";
import { SIDES, type Side } from "../side";
import type { Poolers, PoolerSighting } from "../world";
import {
  databaseState,
  defaultPoolMode,
  openConsoles,
  SHOW_CONFIG,
  SHOW_DATABASES,
  type PgbouncerInstance,
} from "./instance";
import { openTransactions } from "./open-transactions";
import { poolerFindings } from "./pooler-preflight";

/** The instances of PgBouncer in front of one database, in both regions. */
export interface PgbouncerProps {
  /** Name of the database inside the server, which is also its name in PgBouncer. */
  readonly databaseName: string;
  /** Host and port by which the instances name each side's writer. */
  readonly writers: Readonly<Record<Side, { readonly host: string; readonly port: number }>>;
  /** Every instance that runs, found anew at each call: addresses change. */
  instances(signal: AbortSignal): Promise<readonly PgbouncerInstance[]>;
  /**
   * Writes down whatever the instances' included files are made from. Returns when each file must have followed; that it
   * has is seen in the hold, before anything is let go.
   */
  stage(side: Side, signal: AbortSignal): Promise<void>;
}

/** Between two looks whether what is staged has come, in milliseconds. */
const STAGED_INTERVAL = 100;
/** What the console says to a RESUME too many: its one SQLSTATE, 08P01, tells nothing. */
const NOT_PAUSED = /not paused/;
const RELOAD = "RELOAD";

/**
 * Poolers that are PgBouncer, ruled by their consoles. In the hold there are three flights to each instance: PAUSE; RELOAD
 * and the question what is in effect; RESUME.
 *
 * PAUSE outlives the connection that sent it, so a pause that nobody ends is ended where it is: by the task of the
 * instance itself (`END_LOST_PAUSES` in lib/regional/pooler-scripts.ts).
 */
export function pgbouncerPoolers(props: PgbouncerProps): Poolers {
  const { databaseName, writers } = props;
  const consoles = openConsoles();
  /** As they were found last: in the hold there is no time to look again. */
  let warm: readonly PgbouncerInstance[] | undefined;
  /** What each instance was seen to lead to. */
  const inEffect = new Map<string, Side | undefined>();

  const ask = async (instance: PgbouncerInstance, signal: AbortSignal, ...commands: string[]) =>
    (await consoles.of(instance, signal)).ask(signal, ...commands);
  const each = <T>(
    instances: readonly PgbouncerInstance[],
    work: (instance: PgbouncerInstance) => Promise<T>,
  ): Promise<T[]> => eachOf(instances, ({ name }) => `pooler ${name}`, work);
  const found = async (signal: AbortSignal): Promise<readonly PgbouncerInstance[]> => {
    warm = await props.instances(signal);
    if (warm.length === 0) throw new Error(`database ${databaseName}: no pooler runs, expected some`);
    return warm;
  };
  const stateOf = async (instance: PgbouncerInstance, signal: AbortSignal, ...before: string[]) => {
    const answers = await ask(instance, signal, ...before, SHOW_DATABASES);
    const state = databaseState(answers.at(-1) ?? [], databaseName);
    const side = SIDES.find((one) => writers[one].host === state.host && writers[one].port === state.port);
    inEffect.set(instance.name, side);
    return { ...state, side };
  };

  const findings = async (instance: PgbouncerInstance, signal: AbortSignal): Promise<string[]> => {
    const [asked] = await Promise.allSettled([
      Promise.all([stateOf(instance, signal), ask(instance, signal, SHOW_CONFIG)]).then(
        ([state, [config = []]]) => ({ ...state, poolMode: state.poolMode ?? defaultPoolMode(config) }),
      ),
    ]);
    return poolerFindings(instance.name, databaseName, writers, asked);
  };

  const releaseOne = async (instance: PgbouncerInstance, side: Side, signal: AbortSignal): Promise<void> => {
    const known = inEffect.get(instance.name);
    let state = await stateOf(instance, signal, ...(known === undefined || known === side ? [] : [RELOAD]));
    while (state.side !== side) {
      await pause(STAGED_INTERVAL, undefined, { signal });
      state = await stateOf(instance, signal, RELOAD);
    }
    if (!state.paused) return;
    await ask(instance, signal, `RESUME ${escapeIdentifier(databaseName)}`).catch((error: Error) => {
      // Somebody else was quicker: its own task, or an earlier try whose answer was lost.
      if (!NOT_PAUSED.test(error.message)) throw error;
    });
  };

  return {
    async preflight(signal) {
      const instances = await found(signal);
      return (await Promise.all(instances.map((instance) => findings(instance, signal)))).flat();
    },
    stage: (side, signal) => props.stage(side, signal),
    async warm(signal) {
      await each(await found(signal), (instance) => stateOf(instance, signal));
    },
    async pause(patience, signal) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), patience);
      const waiting = AbortSignal.any([signal, late.signal]);
      try {
        await each(warm ?? (await found(signal)), async (instance) => {
          try {
            await ask(instance, waiting, `PAUSE ${escapeIdentifier(databaseName)}`);
          } catch (error) {
            if (!late.signal.aborted) throw error;
            throw new Error(
              `not paused within ${patience} ms: ${await openTransactions(instance, databaseName, signal)}`,
              { cause: error },
            );
          }
        });
      } finally {
        clearTimeout(timer);
      }
    },
    async release(side, signal) {
      await each(warm ?? (await found(signal)), (instance) => releaseOne(instance, side, signal));
    },
    async probe(signal) {
      const instances = await found(signal);
      return Promise.all(
        instances.map(async (instance): Promise<PoolerSighting> => {
          const [state] = await Promise.allSettled([stateOf(instance, signal)]);
          return state.status === "fulfilled"
            ? { vantagePoint: instance.name, side: state.value.side, paused: state.value.paused }
            : { vantagePoint: instance.name, paused: false };
        }),
      );
    },
    close: () => consoles.close(),
  };
}
