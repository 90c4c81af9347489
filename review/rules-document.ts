import { RULES } from "./rules";

/** The reference of all rules, as `docs/review-rules.md` has it. */
export function rulesDocument(): string {
  const rules = RULES.map(
    ({ id, severity, title, why, fix }) =>
      `## \`${id}\`\n\n**${title}** (${severity})\n\n${why}\n\n_Fix._ ${fix}`,
  );
  return [
    "# Rules of `relocate review`",
    "Each rule is a file in `review/rules/`: a pure function over all plans that are reviewed together. What `blocks` ends with exit " +
      "code 3, what `warns` with 2. This page is made from them by `npm run docs`.",
    "A finding that is safe here is suppressed in code, with a reason, for a construct and all below it; the review shows both:",
    '```ts\nimport { suppressReview } from "cdktf-relocate";\n\nsuppressReview(bucket, { rule: "protection-lowered", reason: "scratch data of the drill" });\n```',
    "It travels in the stack's output `relocate_review_suppressions`, so plain Terraform says the same with an output of that name: a list " +
      "of `{ rule, addresses, reason }`.",
    ...rules,
  ]
    .join("\n\n")
    .concat("\n");
}
