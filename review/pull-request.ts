import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { COMMENT_MARK } from "./markdown";

/** What GitHub Actions tells a job. Source: GitHub Actions, "Default environment variables". */
interface PullRequest {
  readonly api: string;
  readonly repository: string;
  readonly number: number;
  /** Needs the permission `pull-requests: write`, nothing else. Never printed. */
  readonly token: string;
}

const event = z.object({ pull_request: z.object({ number: z.number().int() }) });
const comments = z.array(z.object({ id: z.number(), body: z.string().nullish() }));

const PAGE = 100;
/** Longest comment, in characters. Source: GitHub REST API: "body is too long (maximum is 65536 characters)". */
const LONGEST = 65_536;
/** Limit of one call, and how often a call is tried that was throttled or met a fault of GitHub's, with the pause between, in milliseconds. */
const TIMEOUT = 20_000;
const TRIES = 4;
const PAUSE = 1_000;

/**
 * Posts a review as a comment of the pull request that the job runs for; a later review takes the comment's place, so
 * that there is always one.
 *
 * @param pauseMs between two tries, in milliseconds. @default - a second, doubled each time
 * @throws Error that lists what the environment lacks, or says what GitHub answered
 */
export async function postReview(
  text: string,
  environment: NodeJS.ProcessEnv,
  pauseMs = PAUSE,
): Promise<string> {
  const pull = pullRequestOf(environment);
  const own = await findComment(pull, pauseMs);
  const body = JSON.stringify({ body: shortened(text) });
  const base = `${pull.api}/repos/${pull.repository}/issues`;
  const [method, url] =
    own === undefined
      ? (["POST", `${base}/${pull.number}/comments`] as const)
      : (["PATCH", `${base}/comments/${own}`] as const);
  await call(pull, { method, body }, url, pauseMs);
  return `${own === undefined ? "posted" : "updated"} the review of pull request ${pull.number}`;
}

function pullRequestOf(environment: NodeJS.ProcessEnv): PullRequest {
  const {
    GITHUB_API_URL: api = "https://api.github.com",
    GITHUB_REPOSITORY,
    GITHUB_TOKEN,
    GITHUB_EVENT_PATH,
  } = environment;
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
  return {
    api,
    repository: GITHUB_REPOSITORY ?? "",
    token: GITHUB_TOKEN ?? "",
    number: parsed.data.pull_request.number,
  };
}

async function findComment(pull: PullRequest, pauseMs: number): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const url = `${pull.api}/repos/${pull.repository}/issues/${pull.number}/comments?per_page=${PAGE}&page=${page}`;
    const found = comments.parse(await call(pull, { method: "GET" }, url, pauseMs));
    const own = found.find(({ body }) => body?.startsWith(COMMENT_MARK));
    if (own || found.length < PAGE) return own?.id;
  }
}

async function call(pull: PullRequest, request: RequestInit, url: string, pauseMs: number): Promise<unknown> {
  for (let tried = 1; ; tried++) {
    const answer = await fetch(url, {
      ...request,
      signal: AbortSignal.timeout(TIMEOUT),
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${pull.token}`,
        "content-type": "application/json",
        "x-github-api-version": "2022-11-28",
      },
    });
    if (answer.ok) return answer.json();
    const isTransient = answer.status === 429 || answer.status >= 500;
    if (!isTransient || tried === TRIES) {
      const fix =
        answer.status === 403 || answer.status === 404
          ? ": the token needs the permission pull-requests: write"
          : "";
      throw new Error(`${request.method} ${url}: GitHub answers ${answer.status}${fix}`);
    }
    await pause(pauseMs * 2 ** (tried - 1));
  }
}

const CUT = "\n\n(cut off: it is longer than a comment may be; the job's log has all of it)\n";

const shortened = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST - CUT.length)}${CUT}`;
