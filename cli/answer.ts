import { AnotherOperator } from "../runbook/lease-keeping";
import { EXIT } from "./exit-codes";
import { styleFor } from "./style";

/** What a command ended with. */
export interface Answer {
  readonly exitCode: number;
  /** Fields of the one JSON object, besides `command` and `exitCode`. */
  readonly json: object;
  /** The same in words. */
  readonly text: string;
  /** What to type next, exactly. @default - nothing */
  readonly next?: readonly string[];
}

/** A line of progress. */
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Refused before anything was begun. */
export class Refusal extends Error {}

/** A call that is wrong for this workload: found once its manifest was read, before anything was asked. */
export class Misuse extends Error {
  readonly exitCode = EXIT.usage;
}

/**
 * Prints what a command ended with, an error as well: with `--json` one object on stdout and nothing else there.
 *
 * Sets the exit code.
 */
export async function answer(command: string, isJson: boolean, work: () => Promise<Answer>): Promise<void> {
  let found: Answer;
  try {
    found = await work();
  } catch (error) {
    found = failure(error as Error, isJson);
  }
  const { exitCode, json, text, next = [] } = found;
  if (isJson) process.stdout.write(`${JSON.stringify({ command, exitCode, ...json, next })}\n`);
  else {
    const style = styleFor(process.stdout);
    const lines = next.length > 0 ? ["", "next:", ...next.map((line) => `  ${style.bold(line)}`)] : [];
    process.stdout.write([...(text === "" ? [] : [text]), ...lines].map((line) => `${line}\n`).join(""));
  }
  process.exitCode = exitCode;
}

function failure(error: Error, isJson: boolean): Answer {
  const exitCode =
    error instanceof AnotherOperator || error instanceof Refusal
      ? EXIT.refused
      : ((error as { readonly exitCode?: number }).exitCode ?? EXIT.failed);
  // Where results are read by programs, people still read the other stream.
  tell(error.message);
  return { exitCode, json: isJson ? { error: error.message } : {}, text: "" };
}
