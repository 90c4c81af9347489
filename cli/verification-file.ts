import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Verification, VerificationState, Verdict } from "../runbook/verification/result";

/** What is kept of verifications between two commands: how far one has come, and what the last whole one found. */
export interface KeptVerifications {
  readonly version: 1;
  readonly databases: Readonly<Record<string, KeptVerification>>;
}

/** Of one database. */
export interface KeptVerification {
  /** @default - the last one has come to its end */
  readonly state?: VerificationState;
  /** @default - none has come to its end */
  readonly last?: Verification;
}

/** The file in the working directory. It holds keys of rows that differ: data of the workload. */
export const verificationFile = (workload: string): string => `${workload}-verification.json`;

/** @returns what is kept; nothing when there is no such file @throws Error when it is not of this version */
export function readKept(workload: string): KeptVerifications {
  const file = verificationFile(workload);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { version: 1, databases: {} };
    throw error;
  }
  const kept = parse(text, file);
  if (kept.version === 1) return kept;
  throw new Error(`${file}: not of version 1; remove it to begin anew`);
}

/** Keeps it; a crash leaves the old or the new content, never half of one. */
export function keep(workload: string, database: string, kept: KeptVerification): void {
  const file = verificationFile(workload);
  const before = readKept(workload);
  const all: KeptVerifications = { version: 1, databases: { ...before.databases, [database]: kept } };
  // Its keys are the workload's data: nobody else on this machine needs to read them.
  writeFileSync(`${file}.new`, JSON.stringify(all), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** What the last whole verification of every database found. @returns undefined when one of them has none */
export function lastVerification(
  workload: string,
  databases: readonly string[],
): { readonly endedAt: string; readonly verdict: Verdict } | undefined {
  const { databases: kept } = readKept(workload);
  const found = databases.map((name) => kept[name]?.last);
  const [oldest] = found.map((one) => one?.endedAt ?? "").sort();
  if (!oldest) return undefined;
  const verdicts = found.map((one) => one?.verdict);
  const verdict = (["different", "unsettled"] as const).find((one) => verdicts.includes(one)) ?? "equal";
  return { endedAt: oldest, verdict };
}

function parse(text: string, file: string): KeptVerifications {
  try {
    return JSON.parse(text) as KeptVerifications;
  } catch (error) {
    throw new Error(`${file}: not JSON; remove it to begin anew`, { cause: error });
  }
}
