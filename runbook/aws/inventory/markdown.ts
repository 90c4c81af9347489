import type { LeadTime } from "../preflight/lead-times";
import type { InventoryItem, SourceInventory } from "./inventory";

/** What the inventory's file says besides the source. */
export interface InventoryFacts {
  readonly workload: string;
  readonly sourceRegion: string;
  readonly targetRegion: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly leadTimes: readonly LeadTime[];
  /** To be gone through by people. */
  readonly checklist: readonly string[];
}

/** The inventory as Markdown, for people and for the repository. */
export function inventoryMarkdown(source: SourceInventory, facts: InventoryFacts): string {
  const kinds = Object.entries(source).filter(([, items]) => Object.keys(items).length > 0);
  return [
    `# Inventory of ${facts.workload} in ${facts.sourceRegion}`,
    "",
    `Read by \`relocate preflight\` at ${facts.at}, ahead of the move to ${facts.targetRegion}. Written anew by each run; ` +
      "what has changed since is told there.",
    ...kinds.flatMap(([kind, items]) => ["", `## ${kind}`, "", ...table(items)]),
    "",
    "## Lead times",
    "",
    "| what | ahead | how |",
    "| --- | --- | --- |",
    ...facts.leadTimes.map(({ what, ahead, how }) => `| ${cell(what)} | ${cell(ahead)} | ${cell(how)} |`),
    "",
    "## To be gone through by people",
    "",
    ...facts.checklist.map((line) => `- [ ] ${line}`),
    "",
  ].join("\n");
}

function table(items: Readonly<Record<string, InventoryItem>>): string[] {
  const properties = [...new Set(Object.values(items).flatMap((item) => Object.keys(item)))];
  return [
    `| name | ${properties.join(" | ")} |`,
    `| --- |${properties.map(() => " --- |").join("")}`,
    ...Object.entries(items).map(
      ([name, item]) =>
        `| ${cell(name)} | ${properties.map((property) => cell(item[property])).join(" | ")} |`,
    ),
  ];
}

function cell(value: InventoryItem[string]): string {
  const text = Array.isArray(value) ? value.join(", ") : String((value as string | undefined) ?? "");
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
