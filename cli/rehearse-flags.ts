import type { RehearsalOptions } from "../rehearsal/rehearse";
import { appCommand } from "./app-command";
import { parseDuration } from "./duration";

/** The flags as they were written, each with its default. */
export interface RehearseFlags {
  readonly convergence: string;
  readonly dns: string;
  readonly rate: string;
  readonly writes: string;
  readonly latency: string;
  readonly points: string;
  readonly settle: string;
  readonly seed: string;
  /** @default - `app` of `cdktf.json` */
  readonly app?: string;
  readonly keep: boolean;
  readonly json: boolean;
}

/** The rehearsal as it is played unless somebody wants another. */
export const REHEARSE_DEFAULTS: Omit<RehearseFlags, "app"> = {
  convergence: "31s",
  dns: "5s",
  rate: "200",
  writes: "40%",
  latency: "45ms",
  points: "6",
  settle: "10s",
  seed: "1",
  keep: false,
  json: false,
};

/** What the flags ask for. */
export type RehearseSettings = Omit<RehearsalOptions, "progress" | "signal">;

/**
 * Reads the flags.
 *
 * @param project directory whose `cdktf.json` names the app
 * @returns the settings, or every fault found, each with what was expected
 */
export function readFlags(
  flags: RehearseFlags,
  project: string,
): RehearseSettings | { readonly faults: string[] } {
  const faults: string[] = [];
  const check = (
    flag: keyof RehearseFlags,
    value: number | undefined,
    from: number,
    to: number,
    expected: string,
  ) => {
    if (value !== undefined && value >= from && value <= to) return value;
    faults.push(`--${flag} ${String(flags[flag])}: expected ${expected}`);
    return from;
  };
  const wholeNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined);
  const percent = (text: string) => (/^\d+(\.\d+)?%$/.test(text) ? parseFloat(text) : undefined);
  const settings = {
    app: appCommand(flags.app, project, faults),
    project,
    convergenceMs: check(
      "convergence",
      parseDuration(flags.convergence),
      0,
      600_000,
      "a duration of at most 10m, such as 5s",
    ),
    dnsDelayMs: check("dns", parseDuration(flags.dns), 0, 60_000, "a duration of at most 60s, such as 2s"),
    rate: check("rate", wholeNumber(flags.rate), 1, 2_000, "requests per second, 1 to 2000"),
    writeShare: check("writes", percent(flags.writes), 1, 100, "a share from 1% to 100%") / 100,
    latencyMs: check(
      "latency",
      parseDuration(flags.latency),
      0,
      1_000,
      "a duration of at most 1s, such as 45ms",
    ),
    points: check("points", wholeNumber(flags.points), 1, 50, "a number from 1 to 50"),
    settleMs: check("settle", parseDuration(flags.settle), 1_000, 3_600_000, "a duration from 1s to 60m"),
    seed: check("seed", wholeNumber(flags.seed), 0, 2 ** 32 - 1, "a whole number below 2^32"),
    keep: flags.keep,
  };
  return faults.length > 0 ? { faults } : settings;
}
