import { setTimeout as pause } from "node:timers/promises";
import { each as eachOf } from "../each";
import { otherSide, type Side } from "../side";
import type { Step, StepContext } from "../step";
import type { JobGate } from "../world";

const MINUTE = 60_000;
/** Between two looks at what is still at work, in milliseconds. */
const LOOK_INTERVAL = 500;

/** Those that are managed here on a side. */
const on = (jobs: readonly JobGate[], side: Side): JobGate[] =>
  jobs.filter(({ sides }) => sides.includes(side));

/** A job that is on at both sides may have run twice already: that is for its owner to sort out. */
export async function jobFindings(jobs: readonly JobGate[], signal: AbortSignal): Promise<string[]> {
  const findings = await Promise.all(
    jobs.map(async (job) => {
      const states = await Promise.all(job.sides.map((side) => job.isOn(side, signal)));
      return states.length === 2 && states.every(Boolean)
        ? [`${job.kind} ${job.name} is on at both sides: turn it off on the one that is not the writer`]
        : [];
    }),
  );
  return findings.flat();
}

/**
 * Turns off what runs by itself on the side that is left, and waits until nothing of it is at work (B6). Undone, all of it
 * is on again: what is described is on at the active side, and off at the other.
 */
export function jobsOffSteps(jobs: readonly JobGate[], from: Side, patience: number): Step[] {
  const left = on(jobs, from);
  if (left.length === 0) return [];
  return [
    {
      id: "jobs-off",
      title: `Workers and schedules of the ${from} are off`,
      timeout: 2 * MINUTE,
      run: async ({ signal }) => void (await each(left, (job) => job.turnOff(from, signal))),
      actions: () => Promise.resolve(left.map(({ kind, name }) => `turn off ${kind} ${name} on the ${from}`)),
      verify: ({ signal }) => expectAll(left, from, false, signal),
      undo: async ({ signal }) => void (await each(left, (job) => job.turnOn(from, signal))),
    },
    {
      id: "jobs-idle",
      title: `Nothing is at work on the ${from}`,
      timeout: patience,
      run: (context) => awaitIdle(left, from, context),
    },
  ];
}

/** Turns them on where the writer is now, once they are off and idle where it was: no job runs twice. */
export function jobsOnSteps(jobs: readonly JobGate[], to: Side, patience: number): Step[] {
  const from = otherSide(to);
  const left = on(jobs, from);
  const entered = on(jobs, to);
  if (entered.length === 0) return [];
  return [
    {
      id: "jobs-on",
      title: `Workers and schedules of the ${to} are on`,
      timeout: patience,
      async run(context) {
        const { signal } = context;
        // A crash, or a hand, may have turned some on again since.
        await each(left, (job) => job.turnOff(from, signal));
        await awaitIdle(left, from, context);
        await each(entered, (job) => job.turnOn(to, signal));
      },
      actions: () => Promise.resolve(entered.map(({ kind, name }) => `turn on ${kind} ${name} on the ${to}`)),
      verify: ({ signal }) => expectAll(entered, to, true, signal),
    },
  ];
}

async function awaitIdle(jobs: readonly JobGate[], side: Side, context: StepContext): Promise<void> {
  for (;;) {
    const atWork = await Promise.all(
      jobs.map(async (job) => (await job.atWork(side, context.signal)).map((one) => `${job.name}: ${one}`)),
    );
    const busy = atWork.flat();
    context.observe("atWork", busy.length);
    if (busy.length === 0) return;
    context.observe("waitingFor", busy.slice(0, 5).join(", "));
    await pause(LOOK_INTERVAL, undefined, { signal: context.signal });
  }
}

async function expectAll(
  jobs: readonly JobGate[],
  side: Side,
  expected: boolean,
  signal: AbortSignal,
): Promise<void> {
  await each(jobs, async (job) => {
    if ((await job.isOn(side, signal)) === expected) return;
    throw new Error(
      `it is ${expected ? "off" : "on"} at the ${side}, expected it to be ${expected ? "on" : "off"}`,
    );
  });
}

const each = (jobs: readonly JobGate[], work: (job: JobGate) => Promise<void>): Promise<void[]> =>
  eachOf(jobs, ({ kind, name }) => `${kind} ${name}`, work);
