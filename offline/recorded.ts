import * as fs from "node:fs";
import { filesBelow } from "./terraform-files";
import { isObject, type ObjectValue, textOf, type Value } from "./value";

/** A managed object, or the answer of a data source, as a state records it, with the names of that time. */
export interface Recorded {
  readonly type: string;
  readonly values: ObjectValue;
  /** Version of the provider's schema by which they were written. */
  readonly schemaVersion: number;
}

function parsed(file: string): Value {
  const text = fs.readFileSync(file, "utf8");
  try {
    // Terraform writes an empty file while it is creating one.
    return text.trim() === "" ? null : (JSON.parse(text) as Value);
  } catch (error) {
    // A file that is no state is Terraform's to report, if it is a part of the configuration.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const listIn = (value: Value | undefined, name: string): Value[] => {
  const found = isObject(value) ? value[name] : undefined;
  return Array.isArray(found) ? found : [];
};

/** The objects that local state files below a directory record, or the answers of data sources. */
export function recordedBelow(directory: string, mode: "managed" | "data" = "managed"): Recorded[] {
  const states = [...filesBelow(directory)].filter((file) => file.endsWith(".tfstate")).map(parsed);
  return states
    .flatMap((state) => listIn(state, "resources"))
    .filter((resource) => textOf(resource, "mode") === mode)
    .flatMap((resource) =>
      listIn(resource, "instances").flatMap((instance) => {
        const values = isObject(instance) ? instance.attributes : undefined;
        const version = isObject(instance) ? instance.schema_version : 0;
        const schemaVersion = typeof version === "number" ? version : 0;
        return isObject(values) ? [{ type: textOf(resource, "type") ?? "", values, schemaVersion }] : [];
      }),
    );
}
