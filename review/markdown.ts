import { PHASE_ALLOWS } from "./phase-allows";
import type { Finding, Review } from "./review";
import type { ChangeKind, ReviewedObject, ReviewedPlan } from "./reviewed-plan";

/** By it a comment is found again, to be updated rather than repeated. */
export const COMMENT_MARK = "<!-- relocate review -->";

/** Most rows of one table: comments of pull requests hold 65,536 characters. Source: GitHub REST API, issue comments. */
const MOST_ROWS = 60;

const HEADLINES = {
  clean: "✅ Nothing dangerous",
  warns: "⚠️ To be looked at",
  blocks: "⛔ Not to be applied as it is",
} as const;

/** Describes a review for a pull request: what is dangerous first, then what each stack does where. */
export function describeReview(review: Review): string {
  const { plans, findings, idle, verdict } = review;
  const standing = findings.filter(({ suppressed }) => suppressed === undefined);
  const suppressed = findings.filter((one) => one.suppressed !== undefined);
  return [
    COMMENT_MARK,
    `## ${HEADLINES[verdict]}`,
    ...standing.flatMap((finding, index) => describeFinding(finding, standing[index - 1])),
    "### Changes",
    summary(plans),
    ...plans.flatMap(describePlan),
    ...section(
      "Suppressed",
      suppressed.map(
        ({ rule, object, found, suppressed: reason }) =>
          `- \`${rule.id}\` ${code(object.address)}: ${found}. Reason: ${reason}`,
      ),
    ),
    ...section(
      "Suppressions that meet nothing",
      idle.map(
        ({ stack, rule, addresses }) =>
          `- \`${rule}\` in ${stack}, for ${addresses.map(code).join(", ") || "no resource"}: it can go`,
      ),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

/** The rule's own words stand once, above all that it found. */
function describeFinding({ rule, object, found }: Finding, before: Finding | undefined): string[] {
  const line = `- ${code(object.address)} (${place(object)}): ${found}`;
  if (before?.rule === rule) return [line];
  const sign = rule.severity === "blocks" ? "⛔" : "⚠️";
  return [`### ${sign} ${rule.title} (\`${rule.id}\`)`, `${rule.why}\n\n${rule.fix}`, line];
}

const KINDS: readonly ChangeKind[] = ["create", "update", "replace", "destroy", "forget"];

/** One row for each stack and region; global resources are a region of their own. */
function summary(plans: readonly ReviewedPlan[]): string {
  const rows = plans.flatMap(({ stack, objects }) => {
    const changed = objects.filter(({ kind }) => kind !== "none");
    const regions = [...new Set(changed.map(regionOf))].sort(
      (one, other) => rank(one) - rank(other) || one.localeCompare(other),
    );
    if (regions.length === 0) return [`| ${stack} | | no changes | | | | |`];
    return regions.map((region) => {
      const here = changed.filter((object) => regionOf(object) === region);
      const counts = KINDS.map((kind) => here.filter((object) => object.kind === kind).length || "");
      return `| ${[stack, region, ...counts].join(" | ")} |`;
    });
  });
  return [
    "| stack | region | create | update | replace | destroy | forget |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function describePlan({ stack, phase, objects, changedOutputs, isOffline }: ReviewedPlan): string[] {
  const changed = objects
    .filter(({ kind }) => kind !== "none")
    .sort((one, other) => danger(other) - danger(one));
  if (changed.length === 0 && changedOutputs.length === 0) return [];
  const lines = changed
    .slice(0, MOST_ROWS)
    .map((object) => `- ${object.kind} ${code(object.address)}${details(object)}`);
  const left = changed.length - lines.length;
  return [
    "<details><summary>" +
      `${stack}: ${changed.length} resources${isOffline ? ", planned offline" : ""}</summary>`,
    ...(phase ? [`Phase ${phase}: ${PHASE_ALLOWS[phase]}.`] : []),
    [
      ...lines,
      ...(left > 0 ? [`- and ${left} more`] : []),
      ...(changedOutputs.length > 0 ? [`- outputs change: ${changedOutputs.map(code).join(", ")}`] : []),
    ].join("\n"),
    "</details>",
  ];
}

/** What changes, by name: values may be long, and some are nobody's business. */
function details({ kind, before, after, unknown, replaceBecauseOf }: ReviewedObject): string {
  if (kind === "replace") return ` because of ${replaceBecauseOf.map(code).join(", ") || "a request to"}`;
  if (kind !== "update" || !before || !after) return "";
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.length > 0 ? `: ${names.map(code).join(", ")}` : "";
}

const regionOf = ({ region }: ReviewedObject): string => region ?? "unknown region";
const rank = (region: string): number => (region === "global" ? 0 : 1);
const place = (object: ReviewedObject): string => `${object.stack}, ${regionOf(object)}`;
const danger = ({ kind }: ReviewedObject): number =>
  ["none", "create", "update", "forget", "replace", "destroy"].indexOf(kind);
const code = (value: string): string => `\`${value.replaceAll("`", "'")}\``;
const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [`### ${title}`, lines.join("\n")] : [];
