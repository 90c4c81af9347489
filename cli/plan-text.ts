import { REPLACES } from "../offline/replaces";
import type { Preview } from "../offline/preview";
import type { PlannedChange } from "../offline/workspace";
import type { Style } from "./style";

type Look = Pick<Style, "good" | "bad" | "warn" | "dim" | "bold">;

/** Describes plans like Terraform does, a line for each object. */
export function describePreview({ plans, left }: Preview, style: Look): string {
  const parts = plans.map(({ stack, plan: { changes, outputs, empty } }) => {
    if (empty) return `${style.bold(stack)}: no changes`;
    const counts = ["create", "update", "replace", "destroy", "forget"]
      .map((kind) => [changes.filter((change) => kindOf(change) === kind).length, kind] as const)
      .filter(([count]) => count > 0)
      .map(([count, kind]) => `${count} to ${kind}`);
    return [
      `${style.bold(stack)}: ${counts.join(", ") || "outputs change"}`,
      ...changes.map((change) => describeChange(change, style)),
      ...(outputs.length > 0 ? [style.dim(`  outputs change: ${outputs.join(", ")}`)] : []),
    ].join("\n");
  });
  const notes = left.map(
    (stack) =>
      `${style.bad(stack)}: the app has it no more. It stays deployed: destroy it with the version that has it`,
  );
  return `${[...parts, ...notes].join("\n\n")}\n`;
}

function describeChange(change: PlannedChange, { good, bad, warn }: Look): string {
  const { address, type, replaceBecauseOf } = change;
  const kind = kindOf(change);
  if (kind === "create") return good(`  + ${address}`);
  if (kind === "destroy") return bad(`  - ${address}`);
  if (kind === "forget") return warn(`  . ${address} (forgotten, not destroyed)`);
  if (kind === "replace")
    return bad(`-/+ ${address} (because of ${replaceBecauseOf.join(", ") || "a request to"})`);
  const names = changedNames(change).join(", ");
  return warn(`  ~ ${address}${names && ` (${names})`}${REPLACES[type] ? "" : "  replacement unknown"}`);
}

function kindOf({ actions }: PlannedChange): string {
  if (actions.length > 1) return "replace";
  return actions[0] === "delete" ? "destroy" : (actions[0] ?? "update");
}

const changedNames = ({ before, after }: PlannedChange): string[] =>
  [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
