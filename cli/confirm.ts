import { createInterface } from "node:readline/promises";

/** Something to be agreed to. */
export interface Question {
  /** Has to be typed. */
  readonly workload: string;
  /** What is about to happen. */
  readonly what: string;
}

/**
 * Asks for the workload's name, so that nobody moves the wrong one.
 *
 * @param input @default - the terminal
 * @returns whether it was typed
 */
export async function confirmName(
  { workload, what }: Question,
  signal: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<boolean> {
  // Not as a terminal: Ctrl-C must reach this process while it asks.
  const terminal = createInterface({ input, output: process.stderr, terminal: false });
  try {
    const typed = await terminal.question(`${what}\nType the workload's name to go on: `, { signal });
    return typed.trim() === workload;
  } finally {
    terminal.close();
  }
}
