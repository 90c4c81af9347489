import type { Observations, PlanProgress, PlanResult } from "../runbook/result";
import type { Style } from "./style";

/** Lines of a plan, as it goes: one for each step that has ended, with its state and duration. */
export function planLines(style: Style): (news: PlanProgress) => readonly string[] {
  return ({ event, title, durationMs, observations, error }) => {
    const took = durationMs === undefined ? "" : ` ${style.dim(`(${duration(durationMs)})`)}`;
    const seen = observed(observations);
    const line = (mark: string, text: string, more = "") =>
      `${mark} ${text}${took}${seen && style.dim(`  ${seen}`)}${more}`;
    switch (event) {
      case "observed":
        return [style.dim(`  ${title}: ${seen}`)];
      case "begun":
        return [style.dim(`· ${title} ...`)];
      case "done":
        return [line(style.good("✓"), title)];
      case "already done":
        return [line(style.good("✓"), `${title}: stood already`)];
      case "failed":
        return [line(style.bad("✗"), title, `\n  ${(error ?? "no reason given").replaceAll("\n", "\n  ")}`)];
      case "undone":
        return [line(style.warn("↶"), `${title}: taken back`)];
      case "not undone":
        return [line(style.bad("✗"), `${title}: not taken back`, `\n  ${error ?? "no reason given"}`)];
      case "crossed":
        return [
          style.bold("— the point of no return is behind: from here only the opposite command leads back —"),
        ];
    }
  };
}

/** What a plan came to, in a few lines. */
export function describeResult(result: PlanResult, style: Style): string {
  const { outcome, title, cause, stands, steps, warnings } = result;
  const mark = { done: style.good("done"), undone: style.warn("undone"), stopped: style.bad("stopped") };
  const total = steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [
    `${title}: ${mark[outcome]} ${style.dim(`(${duration(total)})`)}`,
    ...(cause === undefined ? [] : [`  cause: ${cause.replaceAll("\n", "\n  ")}`]),
    `  ${stands}`,
    ...warnings.map((warning) => style.warn(`  warning: ${warning}`)),
  ].join("\n");
}

const observed = (observations: Observations | undefined): string =>
  Object.entries(observations ?? {})
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");

/** Such as `140 ms`, `1.4 s`, `12 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}
