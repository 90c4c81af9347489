import { createInterface } from "node:readline/promises";

/**
 * Asks for the workload's name, so that nobody moves the wrong one.
 *
 * @returns whether it was typed
 */
export async function confirmName(workload: string, what: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(`${what}\nType the workload's name to go on: `, { signal });
    return typed.trim() === workload;
  } finally {
    terminal.close();
  }
}
