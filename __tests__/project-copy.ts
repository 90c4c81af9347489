import * as fs from "node:fs";
import * as path from "node:path";

const PROJECT = path.join(__dirname, "..");
const BELONGS = [
  ...["lib", "stacks", "runbook", "offline", "rehearsal", "review", "split", "cli"],
  ...["main.ts", "cdktf.json", "package.json", "package-lock.json", "tsconfig.json"],
];

/** Copies what a user's checkout holds into a directory, so that what a command writes stays out of this one. */
export function copyProject(directory: string): void {
  for (const name of BELONGS)
    fs.cpSync(path.join(PROJECT, name), path.join(directory, name), { recursive: true });
  fs.symlinkSync(path.join(PROJECT, "node_modules"), path.join(directory, "node_modules"));
}
