import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Testing, TerraformStack } from "cdktf";
import { RegionScope } from "../../lib/scope/region-scope";

/** Arguments of one resource or data source as they stand in the synthesized JSON. */
export type Arguments = Record<string, unknown>;

/** A synthesized stack, to be asked for what it holds. */
export interface Synthesized {
  readonly json: Record<string, Record<string, unknown>>;
  /** All resources of a type (`data.` in front for data sources), by logical id. */
  all(type: string): Record<string, Arguments>;
  /** The one of that type whose logical id contains the text; fails when there is none or more than one. */
  one(type: string, idPart?: string): Arguments;
}

/** Synthesizes what `build` puts below the scope of one region, with validations on. */
export function inRegion(region: string, build: (scope: RegionScope) => void): Synthesized {
  return inStack((stack) => build(new RegionScope(stack, region, { region })));
}

/** Synthesizes what `build` puts into a stack, with validations on. */
export function inStack(build: (stack: TerraformStack) => void): Synthesized {
  const stack = new TerraformStack(Testing.app(), "stack");
  build(stack);
  return read(Testing.synth(stack, true));
}

/** A stack as someone has it who uses a module without the scopes. */
export function inPlainStack(build: (stack: TerraformStack) => void): Synthesized {
  return inStack((stack) => {
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    build(stack);
  });
}

function read(text: string): Synthesized {
  const json = JSON.parse(text) as Synthesized["json"];
  const all = (type: string) => {
    const data = type.startsWith("data.");
    return (json[data ? "data" : "resource"]?.[type.replace(/^data\./, "")] ?? {}) as Record<
      string,
      Arguments
    >;
  };
  return {
    json,
    all,
    one(type, idPart = "") {
      const found = Object.entries(all(type)).filter(([id]) => id.includes(idPart));
      const [only] = found;
      if (!only || found.length > 1) {
        const ids = Object.keys(all(type)).join(", ") || "none";
        throw new Error(`${type} with "${idPart}" in its id: found ${found.length}, expected 1, of: ${ids}`);
      }
      return only[1];
    },
  };
}
