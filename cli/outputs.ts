import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { MANIFEST_OUTPUT } from "../lib/manifest";
import { gatherManifest, type Manifest, type ReadOutputs } from "../runbook/aws/manifest";

/**
 * The variable with the outputs themselves, for the runner's task, which has no file of ours: a gzipped file of outputs in
 * base64, as ECS takes 8192 characters of overrides (ECS API reference, "RunTask").
 */
export const OUTPUTS_VARIABLE = "RELOCATE_OUTPUTS";

/**
 * Reads the manifest from the variable.
 *
 * @throws Error that lists every fault
 */
export function readManifestFromEnvironment(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8"));
  } catch (error) {
    throw new Error(
      `${OUTPUTS_VARIABLE}: not a gzipped JSON file in base64; make it with "gzip -9c outputs.json | base64 -w0"`,
      {
        cause: error,
      },
    );
  }
  return gatherManifest([{ value, from: OUTPUTS_VARIABLE }]);
}

/** What the variable holds for a task that is to have the same manifest. */
export function packOutputs({ workload, parts }: Manifest): string {
  const stacks = Object.values(parts).map((part) => [
    `${workload}-${part.phase}`,
    { [MANIFEST_OUTPUT]: part },
  ]);
  return gzipSync(JSON.stringify(Object.fromEntries(stacks)), { level: 9 }).toString("base64");
}

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
