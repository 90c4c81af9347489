import { existsSync } from "node:fs";
import { parseDuration } from "./duration";
import { type SharedFlags, sharedFaults } from "./shared-options";

/** Options of `verify` as they were written. */
export interface VerifyFlags extends SharedFlags {
  readonly share: string;
  readonly tables?: readonly string[];
  readonly every?: string;
  readonly http?: string;
  readonly httpIgnore?: string;
  readonly httpUnsafe: boolean;
  readonly sourceUrl?: string;
  readonly targetUrl?: string;
}

/** What they ask for. */
export interface VerifySettings {
  /** Share of the time in which the servers are kept busy. */
  readonly share: number;
  /** Between two rounds, in milliseconds. @default - one round */
  readonly everyMs?: number;
}

/** Reads the options. @returns the settings, or every fault found */
export function readVerifyFlags(flags: VerifyFlags): VerifySettings | { readonly faults: readonly string[] } {
  const share = /^\d+(\.\d+)?%$/.test(flags.share) ? parseFloat(flags.share) / 100 : NaN;
  const everyMs = flags.every === undefined ? undefined : parseDuration(flags.every);
  const faults = [
    ...sharedFaults(flags),
    ...(share > 0 && share <= 1 ? [] : [`--share ${flags.share}: expected a share above 0% and up to 100%`]),
    ...(flags.every !== undefined && (everyMs === undefined || everyMs < 1_000)
      ? [`--every ${flags.every}: expected a duration of at least 1s, such as 10m`]
      : []),
    ...(["http", "httpIgnore"] as const).flatMap((flag) => missing(flags[flag], flag)),
    ...(["sourceUrl", "targetUrl"] as const).flatMap((flag) => noUrl(flags[flag], flag)),
    ...(flags.http === undefined
      ? (["httpIgnore", "sourceUrl", "targetUrl"] as const)
          .filter((flag) => flags[flag] !== undefined)
          .map((flag) => `${written(flag)}: expected together with --http`)
      : []),
    ...(flags.http !== undefined && everyMs !== undefined ? ["--every: expected without --http"] : []),
  ];
  return faults.length > 0 ? { faults } : { share, everyMs };
}

const missing = (file: string | undefined, flag: string): string[] =>
  file !== undefined && !existsSync(file) ? [`${written(flag)} ${file}: no such file`] : [];

function noUrl(url: string | undefined, flag: string): string[] {
  if (url === undefined) return [];
  // What stands before an @ may be a password, and the command is told again at its end.
  if (url.includes("@"))
    return [`${written(flag)}: expected no user or password in it; requests carry them in a header`];
  return /^https?:/.test(url) && URL.canParse(url)
    ? []
    : [`${written(flag)} ${url}: expected a URL such as https://origin.example.com`];
}

const written = (flag: string): string =>
  `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
