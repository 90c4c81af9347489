/**
 * An operator in a process of its own, who holds a journal on disk. Arguments: its path, and the duration of the lease in
 * milliseconds. Says `open <token>` or `refused: <why>`; then, for each line it is told, appends an entry of that step
 * and says `written` or `not written: <why>`. Says `lost: <why>` when its lease is.
 */
import { createInterface } from "node:readline";
import { openJournal } from "../../runbook/journal";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function work(path: string, durationMs: number): Promise<void> {
  const journal = await openJournal(path, { signal: new AbortController().signal, durationMs });
  const { lost, token } = journal.lease;
  lost.addEventListener("abort", () => say(`lost: ${(lost.reason as Error).message}`));
  say(`open ${token}`);
  for await (const step of createInterface(process.stdin)) {
    await journal.append({ run: 1, plan: "cutover", event: "step begun", step }).then(
      () => say("written"),
      (error: Error) => say(`not written: ${error.message}`),
    );
  }
  await journal.close();
}

void work(process.argv[2] ?? "", Number(process.argv[3])).catch((error: Error) =>
  say(`refused: ${error.message}`),
);
