/**
 * A runbook in a process of its own: three steps that each make a file, and can be interrupted like any command.
 * Arguments: a JSON object of type `PlanProcess`. Says `begun <step>`, `undoing <step>`, and at last the result as JSON.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { interruptible } from "../../cli/interrupt";
import { runPlan } from "../../runbook/engine";
import { openJournal } from "../../runbook/journal";
import type { Plan, Step } from "../../runbook/step";

export interface PlanProcess {
  readonly directory: string;
  /** The step that waits for ever, until it is interrupted. @default - none does */
  readonly hangs?: string;
  /** The step whose undoing waits for ever. @default - none does */
  readonly undoHangs?: string;
  /** Characters that each step observes. @default - nothing */
  readonly talkative?: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @param tell hears what the steps do. @default - nobody does */
export function filePlan(
  { directory, hangs, undoHangs, talkative }: PlanProcess,
  tell: (line: string) => void = () => undefined,
): Plan {
  const step = (id: string): Step => {
    const file = join(directory, id);
    return {
      ...{ id, title: id, timeout: 60_000 },
      check: () => Promise.resolve(existsSync(file)),
      async run(context) {
        writeFileSync(file, "");
        tell(`begun ${id}`);
        if (talkative) context.observe("seen", "x".repeat(talkative));
        if (id === hangs) await new Promise((_, reject) => context.signal.addEventListener("abort", reject));
      },
      async undo() {
        tell(`undoing ${id}`);
        if (id === undoHangs) await new Promise(() => undefined);
        rmSync(file, { force: true });
      },
    };
  };
  return { id: "plan", title: "The plan", steps: ["a", "b", "c"].map(step) };
}

async function work(settings: PlanProcess): Promise<void> {
  const journal = await openJournal(join(settings.directory, "journal.jsonl"));
  // Keeps the process alive, as an open connection would.
  const alive = setInterval(() => undefined, 1_000);
  const result = await interruptible(
    (signal) => runPlan(filePlan(settings, say), { journal, signal }),
    () => say("interrupted"),
  );
  clearInterval(alive);
  await journal.close();
  say(JSON.stringify(result));
}

if (require.main === module) void work(JSON.parse(process.argv[2] ?? "") as PlanProcess);
