import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { FaultOfGitHub, type GitHub, openGitHub } from "./github";
import { COMMENT_MARK } from "./markdown";

const repository = z.object({ full_name: z.string() }).nullable();
/** Source: GitHub, "Webhook events and payloads", `pull_request`; the repository of a fork that was deleted is null. */
const event = z.object({
  pull_request: z.object({
    number: z.number().int(),
    head: z.object({ repo: repository }).optional(),
    base: z.object({ repo: repository }).optional(),
  }),
});
/** Source: GitHub REST API, "List issue comments". */
const comments = z.array(
  z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ type: z.string() }).nullish(),
    author_association: z.string().nullish(),
  }),
);
const MEMBERS = ["OWNER", "MEMBER", "COLLABORATOR"];

const PAGE = 100;
/** Longest comment, in characters. Source: GitHub REST API: "body is too long (maximum is 65536 characters)". */
export const LONGEST_COMMENT = 65_536;
/** How often it is tried when GitHub throttles or fails, and the first pause between, in milliseconds. */
const TRIES = 4;
const PAUSE = 1_000;

/** The pull request that a job runs for. Source: GitHub Actions, "Default environment variables". */
interface PullRequest {
  readonly github: GitHub;
  /** Such as `/repos/shop/infrastructure/issues`: a pull request's comments are those of its issue. */
  readonly issues: string;
  readonly number: number;
  readonly isFromFork: boolean;
  /** File of the job's summary. @default - there is none */
  readonly summary?: string;
}

/**
 * Posts a review as a comment of the pull request that the job runs for; a later review takes the comment's place, so
 * that there is always one. Where a fork's token may not post, the review goes to the job's summary.
 *
 * @param pauseMs before the second try, in milliseconds; doubled each time. @default - a second
 * @returns what was done, for the log
 * @throws Error that lists what the environment lacks, or says what GitHub answered
 */
export async function postReview(
  text: string,
  environment: NodeJS.ProcessEnv,
  pauseMs = PAUSE,
): Promise<string> {
  const pull = pullRequestOf(environment);
  for (let tried = 1; ; tried++) {
    try {
      return await postOnce(text, pull);
    } catch (error) {
      if (!(error instanceof FaultOfGitHub)) throw error;
      if (error.isForbidden && pull.isFromFork && pull.summary !== undefined) {
        appendFileSync(pull.summary, text);
        return "the token of a pull request from a fork may not post: the review is in the job's summary";
      }
      if (!error.isTransient || tried === TRIES) throw error;
      await pause(error.waitMs ?? pauseMs * 2 ** (tried - 1));
    }
  }
}

/** Looks anew each time: a comment may have been posted though the answer got lost. */
async function postOnce(text: string, { github, issues, number }: PullRequest): Promise<string> {
  const own = await findComment(github, `${issues}/${number}/comments`);
  const body = { body: shortened(text) };
  if (own === undefined) await github.call("POST", `${issues}/${number}/comments`, body);
  else await github.call("PATCH", `${issues}/comments/${own}`, body);
  return `${own === undefined ? "posted" : "updated"} the review of pull request ${number}`;
}

/** The mark alone could be anybody's: what a stranger wrote is left to them. */
async function findComment(github: GitHub, path: string): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const found = comments.parse(await github.call("GET", `${path}?per_page=${PAGE}&page=${page}`));
    const own = found.find(
      ({ body, user, author_association: association }) =>
        body?.startsWith(COMMENT_MARK) && (user?.type === "Bot" || MEMBERS.includes(association ?? "")),
    );
    if (own || found.length < PAGE) return own?.id;
  }
}

function pullRequestOf(environment: NodeJS.ProcessEnv): PullRequest {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH } = environment;
  const missing = Object.entries({ GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH }).filter(
    ([, value]) => !value,
  );
  if (missing.length > 0) {
    throw new Error(
      `--comment posts from a job of GitHub Actions, and ${missing.map(([name]) => name).join(", ")} is not set. ` +
        "Give the step `env: GITHUB_TOKEN: ${{ github.token }}` and the job `permissions: pull-requests: write`",
    );
  }
  const parsed = event.safeParse(JSON.parse(readFileSync(GITHUB_EVENT_PATH ?? "", "utf8")));
  if (!parsed.success)
    throw new Error("--comment: this job does not run for a pull request (on: pull_request)");
  const { number, head, base } = parsed.data.pull_request;
  return {
    github: openGitHub(GITHUB_API_URL ?? "https://api.github.com", GITHUB_TOKEN ?? ""),
    issues: `/repos/${GITHUB_REPOSITORY}/issues`,
    number,
    isFromFork: head?.repo?.full_name !== base?.repo?.full_name,
    summary: environment.GITHUB_STEP_SUMMARY,
  };
}

const CUT = "\n\n(cut off: it is longer than a comment may be; the job's log has all of it)\n";
const END = "\n\n</details>";

/** Cut at the end of a line, and never inside of a fold, which would hide that it is cut. */
function shortened(text: string): string {
  if (text.length <= LONGEST_COMMENT) return text;
  const head = text.slice(0, LONGEST_COMMENT - CUT.length - END.length);
  const kept = head.includes("\n") ? head.slice(0, head.lastIndexOf("\n")) : head;
  const isOpen = kept.lastIndexOf("<details>") > kept.lastIndexOf("</details>");
  return `${kept}${isOpen ? END : ""}${CUT}`;
}
