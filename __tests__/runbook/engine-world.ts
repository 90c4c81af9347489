import { CannotUndo } from "../../runbook/attempt";
import { cutOffRun } from "../../runbook/cut-off";
import { runPlan } from "../../runbook/engine";
import type { Journal, JournalEntry } from "../../runbook/journal";
import type { PlanResult } from "../../runbook/result";
import type { Plan, Step, StepContext } from "../../runbook/step";
import { fingerprint } from "./engine-essence";
import { idOf, type Left, type Shape, type StepShape } from "./engine-shape";
import { judge, replay } from "./engine-verdict";
import { unlosableLease } from "./unlosable-lease";

/**
 * What happens to one call, of a step to the world or of the engine to its journal.
 * refused: fails, no effect. unanswered: takes effect, then fails. hangs: no effect, no answer. late effect: no answer,
 * and the effect comes some calls later. late answer: takes effect, and the answer comes some calls later. crash before,
 * crash after: the process is gone. interrupt: Ctrl-C meanwhile. ending, lost: the lease is about to be, or is, another's.
 */
export type FaultKind =
  | "refused"
  | "unanswered"
  | "hangs"
  | "late effect"
  | "late answer"
  | "crash before"
  | "crash after"
  | "interrupt"
  | "ending"
  | "lost";

/** All that can happen to a call that changes nothing; a crash after it is one before the next. */
const READ_FAULTS: readonly FaultKind[] = ["refused", "hangs", "late answer", "crash before", "interrupt"];
/** All that can happen to one that does; a crash before it is one after the last, or before a read. */
const WRITE_FAULTS: readonly FaultKind[] = [
  ...(["refused", "unanswered", "hangs", "late effect", "late answer", "crash after", "interrupt"] as const),
];

/** Every fault of one call. @param part what is called */
export function faultsAt(call: number, part: Part | undefined): Fault[] {
  const kinds = part === "check" || part === "verify" ? READ_FAULTS : WRITE_FAULTS;
  return kinds.map((kind) => ({ call, kind }));
}

export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
}

/** One command of an operator. */
export interface Command {
  readonly plan: PlanId;
  readonly faults: readonly Fault[];
  /** What another operator does, at the moment the lease is lost. */
  readonly meanwhile?: (left: Left) => Promise<Left>;
}
export type PlanId = "there" | "back";

/** What became of it. */
export interface Lived {
  readonly left: Left;
  readonly result: PlanResult | "dead";
  /** What was called, in order. */
  readonly calls: readonly Part[];
  /** Promises that the engine broke. */
  readonly broken: readonly string[];
  /** The world, the journal and the next call, at each call. */
  readonly states: readonly string[];
}

export type Part = "check" | "run" | "verify" | "undo" | "append";

/** After so many further calls comes what comes late. */
const LATE = 2;

/** Has the engine carry out one command, and looks at every single call. @param settle lets time pass */
export async function live(
  shape: Shape,
  before: Left,
  { plan: id, faults, meanwhile }: Command,
  settle: <T>(work: Promise<T>) => Promise<T | "hangs">,
): Promise<Lived> {
  const goal = id === "there" ? 1 : 0;
  const values = [...before.values];
  const entries = [...before.entries];
  const own = [...before.entries];
  const broken: string[] = [];
  const states: string[] = [];
  /** What was sent before a step was undone, or before another operator came, is refused when it arrives. */
  const spent = values.map(() => 0);
  const begun = new Set(cutOffRun(id, before.entries)?.begun);
  const due: { readonly at: number; readonly go: () => void }[] = [];
  const [interruption, ending, lost] = [new AbortController(), new AbortController(), new AbortController()];
  const calls: Part[] = [];
  let [isDead, isOver] = [false, false];
  let death: () => void = () => undefined;
  const died = new Promise<"dead">((resolve) => (death = () => resolve("dead")));
  const never = new Promise<never>(() => undefined);
  const pointStands = (): boolean => shape.point !== undefined && values[shape.point] === goal;

  function promise(part: Part, index: number): void {
    const what = `${part} ${index}`;
    if (part === "check" || part === "verify") return;
    // What was to be written may wait for a write that is late.
    if (part === "append") return;
    if (isOver) broken.push(`${what} after the end`);
    if (lost.signal.aborted) broken.push(`${what} without the lease`);
    if (part === "undo" && !begun.has(idOf(index))) broken.push(`${what} of what was never begun`);
    if (part === "undo" && index !== shape.point && pointStands()) broken.push(`${what} past the point`);
    if (part === "run" && shape.point !== undefined && index > shape.point && !pointStands()) {
      broken.push(`${what} before the point stands`);
    }
    if (part === "run" && !cutOffRun(id, entries)?.begun.has(idOf(index))) {
      broken.push(`${what} that is not in the journal`);
    }
  }

  let found: readonly number[] | undefined;
  const loseTo = async (other: (left: Left) => Promise<Left>): Promise<void> => {
    ending.abort();
    lost.abort(new Error("somebody else has taken the lease"));
    const left = await other({ values, entries });
    found = left.values;
    values.splice(0, values.length, ...left.values);
    entries.splice(0, entries.length, ...left.entries);
    spent.forEach((_, index) => spent[index]!++);
  };

  async function call<T>(part: Part, index: number, effect: () => T): Promise<T> {
    if (isDead) return never;
    const number = calls.push(part);
    for (const late of due.filter(({ at }) => at <= number)) {
      due.splice(due.indexOf(late), 1);
      late.go();
    }
    promise(part, index);
    states.push(`${id} ${part} ${index} ${fingerprint({ values, entries })}`);
    const numberOfStep = spent[index];
    const guarded = (): T => {
      if (index >= 0 && spent[index] !== numberOfStep) throw new Error("refused: it comes too late");
      return effect();
    };
    const later = (go: () => void): void => void due.push({ at: number + LATE, go });
    const die = (): Promise<never> => {
      isDead = true;
      death();
      return never;
    };
    switch (faults.find((fault) => fault.call === number)?.kind) {
      case undefined:
        return effect();
      case "refused":
        throw new Error("refused");
      case "unanswered":
        effect();
        throw new Error("the answer was lost");
      case "hangs":
        return never;
      case "late effect":
        later(() => attemptLate(guarded));
        return never;
      case "late answer": {
        const value = effect();
        return new Promise((resolve) => later(() => resolve(value)));
      }
      case "crash before":
        return die();
      case "crash after":
        effect();
        return die();
      case "interrupt":
        interruption.abort();
        return effect();
      case "ending":
        ending.abort(new Error("the lease is about to be lost"));
        return effect();
      case "lost":
        await loseTo(meanwhile ?? ((left) => Promise.resolve(left)));
        return guarded();
    }
  }

  let lastAppend: Promise<unknown> = Promise.resolve();
  const journal: Journal = {
    entries: own,
    lease: { ...unlosableLease(), ending: ending.signal, lost: lost.signal },
    append(...notes) {
      for (const { event, step } of notes) if (event === "step begun" && step) begun.add(step);
      const appended = lastAppend.then(() =>
        call("append", -1, () => {
          lost.signal.throwIfAborted();
          const stamped = notes.map((note): JournalEntry => ({ version: 1, token: 1, ...note, at: "" }));
          entries.push(...stamped);
          own.push(...stamped);
        }),
      );
      lastAppend = appended.catch(() => undefined);
      return appended;
    },
    close: () => Promise.resolve(),
  };

  const step = ({ check, verify, undo }: StepShape, index: number): Step => {
    const stands = (): boolean => values[index] === goal;
    const takeBack = (): void => {
      if (index === shape.point && stands()) throw new CannotUndo("it stands");
      spent[index]!++;
      values[index] = 1 - goal;
    };
    return {
      ...{ id: idOf(index), title: idOf(index), timeout: 60_000 },
      ...(check && { check: () => call("check", index, stands) }),
      run: () => call("run", index, () => void (values[index] = goal)),
      ...(verify && {
        verify: (_: StepContext) =>
          call("verify", index, () => {
            if (!stands()) throw new Error("it does not stand");
          }),
      }),
      ...(undo && { undo: () => call("undo", index, takeBack) }),
    };
  };
  const plan: Plan = {
    ...{ id, title: id, steps: shape.steps.map(step) },
    pointOfNoReturn: shape.point === undefined ? undefined : idOf(shape.point),
  };
  const stoodBefore = pointStands();
  const running = runPlan(plan, { journal, signal: interruption.signal });
  const ended = await settle(Promise.race([running, died]));
  isOver = ended !== "dead";
  // Whatever is still under way arrives now, and nobody may act on it.
  while (due.length > 0) {
    due.shift()?.go();
    await settle(Promise.resolve());
  }
  const result = ended === "hangs" ? "dead" : ended;
  if (ended === "hangs") broken.push("it never ends");
  if (found && found.join() !== values.join()) broken.push("the other operator was disturbed");
  // Of a world that another has changed meanwhile it knows nothing.
  if (result !== "dead" && !found) {
    broken.push(...judge(shape, result, { goal, values, begun, stoodBefore }));
    const isJournalSound = faults.every(({ call: number }) => calls[number - 1] !== "append");
    if (isJournalSound) broken.push(...replay(entries.slice(before.entries.length), values, goal));
  }
  return { left: { values, entries }, result, calls, broken, states };
}

/** A refusal of what comes late reaches nobody. */
function attemptLate(effect: () => unknown): void {
  try {
    effect();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
