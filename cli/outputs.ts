import { readFileSync } from "node:fs";
import { gatherManifest, type Manifest, type ReadOutputs } from "../runbook/aws/manifest";

/**
 * Reads the manifest from files with the outputs of the stacks.
 *
 * @param files what `cdktf deploy --outputs-file`, `cdktf output --outputs-file` or `terraform output -json` wrote
 * @throws Error that lists every fault of every file
 */
export function readManifest(files: readonly string[]): Manifest {
  const faults: string[] = [];
  const outputs = files.flatMap((file): ReadOutputs[] => {
    try {
      return [{ value: JSON.parse(readFileSync(file, "utf8")) as unknown, from: file }];
    } catch (error) {
      faults.push(faultOf(file, error));
      return [];
    }
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return gatherManifest(outputs);
}

function faultOf(file: string, error: unknown): string {
  const fix =
    'write the outputs of the deployed stacks with "cdktf output <stacks> --outputs-file outputs.json"';
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return `${file}: no such file; ${fix}`;
  if (error instanceof SyntaxError) return `${file}: not JSON; ${fix}`;
  return `${file}: ${(error as Error).message}`;
}
