import { existsSync, readFileSync, statSync } from "node:fs";
import type { StateText } from "../split/proposal";

/**
 * Finds a state: a file is one, anything else names a stack.
 *
 * @param stack the synthesized stack, when it was given @default - the one that was named, if one was
 * @throws Error when there is neither
 */
export async function locate(
  source: string,
  stack: string | undefined,
): Promise<{ readonly state: StateText; readonly stack: string | undefined }> {
  if (existsSync(source)) return { state: readStateText(source), stack };
  const { synthesizedStack } = await import("../split/synthesized-stack");
  const found = synthesizedStack(source, process.cwd());
  return { state: readStateText(found.state), stack: stack ?? found.directory };
}

/** @throws Error when there is no such file */
export function readStateText(file: string): StateText {
  if (!existsSync(file)) throw new Error(`${file}: there is no such file`);
  if (statSync(file).isDirectory())
    throw new Error(`${file}: is a directory; expected a state, from: terraform state pull > state.json`);
  return { text: readFileSync(file, "utf8"), from: file };
}

/** @throws Error that lists those which are none */
export function requireDirectories(places: readonly (string | undefined)[]): void {
  const faults = places.flatMap((place) =>
    place === undefined || (existsSync(place) && statSync(place).isDirectory())
      ? []
      : [`${place}: there is no such directory`],
  );
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
