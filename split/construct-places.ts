import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformElement, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { ConstructPlaces } from "./place";

interface Synthesized {
  readonly resource?: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly "//"?: { readonly metadata?: { readonly path?: string } } }>>
    >
  >;
}

/**
 * Reads where each construct of a synthesized stack stands, and asks CDKTF itself for the address at another place.
 *
 * @param directory of the stack, such as `cdktf.out/stacks/shop`
 * @throws Error when CDKTF has synthesized no stack there
 */
export function constructPlaces(directory: string): ConstructPlaces {
  const paths = new Map<string, readonly string[]>();
  for (const [type, named] of Object.entries(read(directory).resource ?? {})) {
    for (const [name, { "//": notes }] of Object.entries(named)) {
      const path = notes?.metadata?.path?.split("/");
      if (path) paths.set(`${type}.${name}`, path);
    }
  }
  const above = stackDepth(paths);
  return { pathOf: (address) => paths.get(address)?.slice(above), addressAt };
}

function addressAt(type: string, path: readonly string[]): string {
  let scope: Construct = new TerraformStack(new App({ skipValidation: true }), "stack");
  for (const id of path.slice(0, -1)) scope = new Construct(scope, id);
  return `${type}.${new TerraformElement(scope, path.at(-1) ?? type).friendlyUniqueId}`;
}

/** Paths begin at the app; addresses are made of what stands below the stack, which may itself stand in a construct. */
function stackDepth(paths: ReadonlyMap<string, readonly string[]>): number {
  for (const [address, path] of paths) {
    const [type = ""] = address.split(".");
    const depth = path.findIndex((_, at) => at > 0 && addressAt(type, path.slice(at)) === address);
    if (depth > 0) return depth;
  }
  // Every logical id is overridden, or there is none.
  return 1;
}

function read(directory: string): Synthesized {
  const file = join(directory, "cdk.tf.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Synthesized;
  } catch (error) {
    throw new Error(
      `${directory}: is no synthesized stack: ${(error as Error).message}; expected a directory such as cdktf.out/stacks/shop, from: cdktf synth`,
      { cause: error },
    );
  }
}
