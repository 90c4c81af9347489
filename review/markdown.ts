import { REPLACES } from "../offline/replaces";
import { PHASE_ALLOWS } from "./phase-allows";
import type { Finding, Review } from "./review";
import type { ChangeKind, ReviewedObject, ReviewedPlan } from "./reviewed-plan";

/** By it a comment is found again, to be updated rather than repeated. */
export const COMMENT_MARK = "<!-- relocate review -->";

/** Most lines of one list: comments of pull requests hold 65,536 characters. Source: GitHub REST API, issue comments. */
const MOST_ROWS = 60;

const HEADLINES = {
  clean: "✅ Nothing dangerous",
  warns: "⚠️ To be looked at",
  blocks: "⛔ Not to be applied as it is",
} as const;

/** Describes a review for a pull request: what is dangerous first, then what each stack does where. */
export function describeReview(review: Review): string {
  const { findings, idle, verdict } = review;
  const plans = [...review.plans].sort((one, other) => order(one) - order(other));
  const standing = findings.filter(({ suppressed }) => suppressed === undefined);
  const suppressed = findings.filter((one) => one.suppressed !== undefined);
  return [
    COMMENT_MARK,
    `## ${HEADLINES[verdict]}`,
    ...byRule(standing).flatMap(describeFindings),
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
function describeFindings(findings: readonly Finding[]): string[] {
  const [first] = findings;
  if (!first) return [];
  const { severity, title, id, why, fix } = first.rule;
  return [
    `### ${severity === "blocks" ? "⛔" : "⚠️"} ${title} (\`${id}\`)`,
    why,
    `_Fix._ ${fix}`,
    rows(findings.map(({ object, found }) => `- ${code(object.address)} (${place(object)}): ${found}`)),
  ];
}

/** The first of a list, and how many are left. */
const rows = (lines: readonly string[]): string =>
  [
    ...lines.slice(0, MOST_ROWS),
    ...(lines.length > MOST_ROWS ? [`- and ${lines.length - MOST_ROWS} more`] : []),
  ].join("\n");

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

function describePlan({
  stack,
  phase,
  objects,
  changedOutputs,
  isOffline,
  isPartial,
}: ReviewedPlan): string[] {
  const changed = objects
    .filter(({ kind }) => kind !== "none")
    .sort((one, other) => danger(other) - danger(one));
  if (changed.length === 0 && changedOutputs.length === 0 && !isPartial) return [];
  const lines = changed.map(
    (object) =>
      `- ${object.kind} ${code(object.address)}${details(object)}${isOffline && isReplacementUnknown(object) ? " (replacement unknown)" : ""}`,
  );
  return [
    "<details><summary>" +
      `${stack}: ${changed.length} resources${isOffline ? ", planned offline" : ""}</summary>`,
    ...(phase ? [`Phase ${phase}: ${PHASE_ALLOWS[phase]}.`] : []),
    ...(isPartial
      ? ["This is a part: Terraform says that there is more to do (`-target`, or changes put off)."]
      : []),
    rows(lines),
    ...(changedOutputs.length > 0 ? [`Outputs change: ${changedOutputs.map(code).join(", ")}.`] : []),
    "</details>",
  ];
}

/** Offline, an update of a type that is in no table may be a replacement in AWS. */
const isReplacementUnknown = ({ kind, type }: ReviewedObject): boolean =>
  kind === "update" && !REPLACES[type];

/** What changes, by name: values may be long, and some are nobody's business. */
function details({ kind, before, after, unknown, replaceBecauseOf }: ReviewedObject): string {
  if (kind === "replace") return ` because of ${replaceBecauseOf.map(code).join(", ") || "a request to"}`;
  if (kind !== "update" || !before || !after) return "";
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.length > 0 ? `: ${names.map(code).join(", ")}` : "";
}

/** Findings come rule by rule. */
const byRule = (findings: readonly Finding[]): Finding[][] =>
  [...new Set(findings.map(({ rule }) => rule))].map((rule) =>
    findings.filter((finding) => finding.rule === rule),
  );

const regionOf = ({ region }: ReviewedObject): string => region ?? "unknown region";
const rank = (region: string): number => (region === "global" ? 0 : 1);
const place = (object: ReviewedObject): string => `${object.stack}, ${regionOf(object)}`;
/** As they are deployed; what is no phase stack comes first. */
const order = ({ phase }: ReviewedPlan): number => (phase ? Object.keys(PHASE_ALLOWS).indexOf(phase) : -1);
const danger = ({ kind }: ReviewedObject): number =>
  ["none", "create", "update", "forget", "replace", "destroy"].indexOf(kind);
const code = (value: string): string => `\`${value.replaceAll("`", "'")}\``;
const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [`### ${title}`, lines.join("\n")] : [];
