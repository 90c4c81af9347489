import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The command that synthesizes a project's stacks: as it was given, or as `app` of its `cdktf.json` says.
 *
 * @param faults what is wrong is added here
 */
export function appCommand(given: string | undefined, project: string, faults: string[]): string {
  return given === undefined ? appOf(project, faults) : command(given, faults);
}

function command(text: string, faults: string[]): string {
  if (text.trim() === "") faults.push(`--app ${JSON.stringify(text)}: expected a command`);
  return text;
}

function appOf(project: string, faults: string[]): string {
  const file = join(project, "cdktf.json");
  const found: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
  if (
    typeof found === "object" &&
    found !== null &&
    "app" in found &&
    typeof found.app === "string" &&
    found.app.trim() !== ""
  )
    return found.app;
  faults.push(`${file}: expected an "app"; run in the project's directory, or name the command with --app`);
  return "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON has no app either: the fault above says what is expected.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
