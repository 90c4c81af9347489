import type { StepResult } from "../runbook/result";

/** What an abort could not remove, as lines that can be pasted: it observes them by database and side. Pure. */
export function leftToDo(steps: readonly StepResult[]): string[] {
  return steps
    .flatMap(({ observations }) => Object.entries(observations))
    .flatMap(([key, left]) => {
      const [, database, side] = /^(.+)\.staysOn(Source|Target)$/.exec(key) ?? [];
      if (database === undefined || side === undefined) return [];
      return [
        `${database}: left on the ${side.toLowerCase()}, to be done there:`,
        ...String(left)
          .split("; ")
          .map((line) => `  ${line}`),
      ];
    });
}
