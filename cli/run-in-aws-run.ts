import { createInterface } from "node:readline/promises";
import { openClients } from "../runbook/aws/clients";
import { type OneOffTask, stopTask } from "../runbook/aws/ecs-task";
import type { Manifest } from "../runbook/aws/manifest";
import { findRunner, type RunnerTask, startRunner } from "../runbook/aws/runner-task";
import { type Answer, Refusal, tell } from "./answer";
import { confirmName } from "./confirm";
import { EXIT } from "./exit-codes";
import { manifestOf } from "./ground";
import { interruptible, type Interrupted } from "./interrupt";
import { OUTPUTS_VARIABLE, packOutputs } from "./outputs";
import { PLANS } from "./plans";
import { asks, type RunInAwsFlags } from "./run-in-aws";
import { commandLine } from "./shared-options";

const CODES: readonly number[] = Object.values(EXIT);

/** Starts the runner's task, or finds one, and watches it to its end. */
export async function runInAws(flags: RunInAwsFlags, words: readonly string[]): Promise<Answer> {
  const manifest = manifestOf(flags);
  const clients = openClients();
  try {
    let result: object | undefined;
    const onLine = (line: string): void => {
      if (flags.json) result = resultIn(line) ?? result;
      // With --json there is nothing on stdout but the one object.
      (flags.json ? process.stderr : process.stdout).write(`${line}\n`);
    };
    let task: RunnerTask | undefined;
    const ended = await interruptible(
      async (signal) => {
        if (flags.follow !== undefined) task = await findRunner(clients, manifest, flags.follow);
        else {
          const agreed = asks(words) ? [...words, await agreement(words, manifest, signal)] : words;
          const request = {
            words: flags.json && !agreed.includes("--json") ? [...agreed, "--json"] : agreed,
            environment: { [OUTPUTS_VARIABLE]: packOutputs(manifest) },
          };
          signal.throwIfAborted();
          task = await startRunner(clients, manifest, request);
        }
        tell(`${manifest.targetRegion}: task ${task.arn}`);
        const stop = (name: RunnerTask) =>
          stopTask(clients.in("ecs", manifest.targetRegion), name, "Ctrl-C of whoever started it");
        return watch(task, { onLine, signal, stop });
      },
      () => undefined,
    );
    const arn = task?.arn ?? "";
    return { ...answerOf(ended, arn, flags), json: { ...jsonOf(ended, manifest, arn, words), result } };
  } finally {
    clients.close();
  }
}

/** @returns the option that tells the command what was typed here */
async function agreement(
  [name]: readonly string[],
  manifest: Manifest,
  signal: AbortSignal,
): Promise<string> {
  const { workload } = manifest;
  const what = PLANS.find((planned) => planned.name === name)?.question?.({ manifest }) ?? "";
  if (await confirmName({ workload, what }, signal)) return "--yes";
  throw new Refusal(`that is not the workload's name, ${workload}: nothing was begun`);
}

interface Watching {
  readonly onLine: (line: string) => void;
  /** Ctrl-C, SIGTERM, or a terminal that was closed. */
  readonly signal: AbortSignal;
  readonly stop: (task: RunnerTask) => Promise<void>;
}

/** @returns undefined when nobody watches it any more, and it goes on */
async function watch(task: RunnerTask, { onLine, signal, stop }: Watching): Promise<OneOffTask | undefined> {
  const leaving = new AbortController();
  const decide = async () => {
    if (!(await isToBeStopped(signal.reason as Interrupted))) return leaving.abort();
    tell("stopping it there: it takes back what was begun, or stops; once more ends this process at once");
    await stop(task);
  };
  const onInterrupt = () =>
    void decide().catch((error: Error) => tell(`it could not be stopped, and goes on: ${error.message}`));
  if (signal.aborted) onInterrupt();
  signal.addEventListener("abort", onInterrupt, { once: true });
  try {
    return await task.follow(onLine, leaving.signal);
  } catch (error) {
    if (leaving.signal.aborted) return undefined;
    throw error;
  } finally {
    signal.removeEventListener("abort", onInterrupt);
  }
}

/** A closed terminal has nobody who could be asked, and no reason to stop what runs elsewhere. */
async function isToBeStopped({ exitCode }: Interrupted): Promise<boolean> {
  if (exitCode === EXIT.hungUp) return false;
  if (!process.stdin.isTTY) return true;
  // Not as a terminal: Ctrl-C must reach this process while it asks.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    for (;;) {
      const typed = await terminal.question(
        "interrupted: stop the command there, as Ctrl-C would (s), or leave it running and only stop watching (l)? ",
      );
      if (/^[sl]/i.test(typed.trim())) return /^s/i.test(typed.trim());
    }
  } finally {
    terminal.close();
  }
}

function answerOf(ended: OneOffTask | undefined, arn: string, flags: RunInAwsFlags): Omit<Answer, "json"> {
  const status = commandLine("status", flags);
  if (ended === undefined) {
    return {
      exitCode: EXIT.stopped,
      text: `not watched any more: the task goes on`,
      next: [commandLine("run-in-aws", flags, ["--follow", arn]), status],
    };
  }
  const { exitCode, reason = "no reason given" } = ended;
  if (exitCode === undefined)
    return { exitCode: EXIT.failed, text: `its container never began: ${reason}`, next: [status] };
  // The command has said what comes next, unless it was killed.
  if (CODES.includes(exitCode)) return { exitCode, text: "" };
  return {
    exitCode: EXIT.stopped,
    text: `the task was killed (exit code ${exitCode}): ${reason}`,
    next: [status],
  };
}

const jsonOf = (
  ended: OneOffTask | undefined,
  { workload }: Manifest,
  task: string,
  ran: readonly string[],
) => ({
  ...{ workload, task, ran },
  taskExitCode: ended?.exitCode,
  reason: ended?.reason,
});

/** The one JSON object that a command prints. */
function resultIn(line: string): object | undefined {
  try {
    const found = JSON.parse(line) as unknown;
    return typeof found === "object" && found !== null && "exitCode" in found ? found : undefined;
  } catch (error) {
    // Any other line.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
