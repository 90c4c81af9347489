import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformElement, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { ConstructPlaces } from "./placement";

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
 */
export function constructPlaces(directory: string): ConstructPlaces {
  const { resource = {} } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")) as Synthesized;
  const paths = new Map<string, readonly string[]>();
  for (const [type, named] of Object.entries(resource)) {
    for (const [name, { "//": notes }] of Object.entries(named)) {
      // The first part is the stack, which its logical ids leave out.
      if (notes?.metadata?.path !== undefined)
        paths.set(`${type}.${name}`, notes.metadata.path.split("/").slice(1));
    }
  }
  return {
    pathOf: (address) => paths.get(address),
    addressAt(type, path) {
      let scope: Construct = new TerraformStack(new App({ skipValidation: true }), "stack");
      for (const id of path.slice(0, -1)) scope = new Construct(scope, id);
      return `${type}.${new TerraformElement(scope, path.at(-1) ?? type).friendlyUniqueId}`;
    },
  };
}
