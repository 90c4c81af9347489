import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { Review } from "../review/review";

/** Exit codes of `review`: a pipeline tells by them whether to go on. */
const EXIT = { clean: 0, usage: 1, warns: 2, blocks: 3 } as const;

const HELP = `
A plan is JSON, as \`terraform show -json\` prints it, or as \`relocate plan --out <directory>\` writes it. Give the plans of all
stacks that are deployed together: some dangers show only between two of them.

Examples:
  $ relocate plan --base origin/main --out plans && relocate review plans/*.json
  $ terraform show -json tfplan > plan.json && relocate review plan.json --out review.md

docs/review-rules.md has every rule. One is suppressed in code, with a reason: suppressReview(construct, { rule, reason }).

Exit codes:
  0  clean
  1  bad usage, or a file that is not a plan: nothing was written
  2  warnings
  3  blocked: not to be applied as it is
`;

interface Flags {
  readonly out?: string;
  readonly json: boolean;
  readonly offline: boolean;
  readonly comment: boolean;
}

/** Adds `relocate review` to the command line. */
export function registerReview(program: Command): void {
  program
    .command("review")
    .summary("say which changes of plans are dangerous")
    .description(
      "Describe plans for a pull request, in Markdown: dangerous changes first, each with its reason.",
    )
    .argument("<plan.json...>", "plans as JSON")
    .option("--out <file>", "write to a file (default: standard output)")
    .option("--comment", "post it as the pull request's one comment, from GitHub Actions", false)
    .option("--json", "print findings as one JSON object", false)
    .option(
      "--offline",
      "take the plans as made offline: of some types it is unknown which changes replace",
      false,
    )
    .addHelpText("after", HELP)
    .exitOverride((error) => {
      // Elsewhere bad usage is 2, which here says that there are warnings.
      if (error.exitCode !== 0) process.exitCode = EXIT.usage;
      throw error;
    })
    .action(async (files: string[], flags: Flags) => {
      try {
        const { readPlanFiles } = await import("../review/plan-file");
        const { reviewedPlans } = await import("../review/reviewed-plan");
        const { review } = await import("../review/review");
        const { describeReview } = await import("../review/markdown");
        const read = reviewedPlans(await readPlanFiles(files));
        const plans = flags.offline ? read.map((plan) => ({ ...plan, isOffline: true })) : read;
        const found = review(plans);
        const text = flags.json ? `${JSON.stringify(asJson(found))}\n` : describeReview(found);
        if (flags.out === undefined) process.stdout.write(text);
        else writeFileSync(flags.out, text);
        if (flags.comment) {
          const { postReview } = await import("../review/pull-request");
          process.stderr.write(`${await postReview(describeReview(found), process.env)}\n`);
        }
        process.exitCode = EXIT[found.verdict];
      } catch (error) {
        process.stderr.write(`${(error as Error).message}\n`);
        process.exitCode = EXIT.usage;
      }
    });
}

const asJson = ({ verdict, plans, findings, idle }: Review) => ({
  verdict,
  plans: plans.map(({ stack, file, phase, objects }) => ({
    stack,
    file,
    phase,
    changes: objects
      .filter(({ kind }) => kind !== "none")
      .map(({ address, type, kind, region, replaceBecauseOf }) => ({
        address,
        type,
        kind,
        region,
        replaceBecauseOf,
      })),
  })),
  findings: findings.map(({ rule, object, found, suppressed }) => ({
    rule: rule.id,
    severity: rule.severity,
    stack: object.stack,
    region: object.region,
    address: object.address,
    found,
    fix: rule.fix,
    suppressed,
  })),
  idleSuppressions: idle,
});
