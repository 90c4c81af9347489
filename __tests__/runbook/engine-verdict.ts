import type { JournalEntry } from "../../runbook/journal";
import type { PlanResult } from "../../runbook/result";
import { idOf, type Shape } from "./engine-shape";

/** What the world is after a command, and was before it. */
export interface Found {
  readonly goal: number;
  readonly values: readonly number[];
  readonly begun: ReadonlySet<string>;
  readonly stoodBefore: boolean;
}

/** Whether a result says what is the case. */
export function judge(
  { steps, point }: Shape,
  result: PlanResult,
  { goal, values, begun, stoodBefore }: Found,
): string[] {
  const stands = (index: number): boolean => values[index] === goal;
  const broken: string[] = [];
  if (result.outcome === "done") {
    const first = stoodBefore ? (point ?? 0) : 0;
    if (values.some((_, index) => index >= first && !stands(index))) broken.push("done, and something lacks");
  }
  if (result.outcome === "undone") {
    const left = steps.findIndex(({ undo }, index) => undo && begun.has(idOf(index)) && stands(index));
    if (left >= 0) broken.push(`undone, and ${left} stands`);
    if (point !== undefined && stands(point)) broken.push("undone past the point");
  }
  if (result.crossed && point !== undefined && !stands(point))
    broken.push("crossed, and the point does not stand");
  result.steps.forEach(({ state }, index) => {
    const isEarlier = stoodBefore && index < (point ?? 0);
    if (state === "done" && !stands(index) && !isEarlier) broken.push(`${index} done, and does not stand`);
    if (state === "undone" && stands(index)) broken.push(`${index} undone, and stands`);
  });
  return broken;
}

/** Whether the journal of a command tells what the world is; of what failed it tells that nobody knows. */
export function replay(entries: readonly JournalEntry[], values: readonly number[], goal: number): string[] {
  const last = new Map(
    entries.flatMap(({ step, event }) =>
      step !== undefined && /^step (done|undone|failed)$/.test(event) ? [[step, event] as const] : [],
    ),
  );
  return values.flatMap((value, index) => {
    const told = last.get(idOf(index));
    const isTrue = !told || told === "step failed" || (told === "step done") === (value === goal);
    return isTrue ? [] : [`the journal says "${told}" of ${index}, which is ${value}`];
  });
}
