import { talkingProcess, type TalkingProcess } from "./talking-process";

/**
 * An operator in a process of its own, who opens a journal and appends an entry for each step that it is told.
 *
 * @param durationMs of its lease
 * @param limit a shell command before it, such as `ulimit -f 1`
 */
export const operatorElsewhere = (journal: string, durationMs: number, limit?: string): TalkingProcess =>
  talkingProcess("operator-process.ts", [journal, String(durationMs)], limit);
