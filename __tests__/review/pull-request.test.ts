import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMENT_MARK } from "../../review/markdown";
import { LONGEST_COMMENT, postReview } from "../../review/pull-request";

let server: Server;
let directory: string;
let environment: NodeJS.ProcessEnv;
/** What stands under the pull request, by id. */
let comments: { id: number; body: string; user: { type: string }; author_association: string }[];
/** Answers that come in the place of the real ones, by method; `lost`: it is done, and the answer says otherwise. */
let faults: { method: string; status: number; headers?: Record<string, string>; lost?: boolean }[];
let calls: string[];

const own = { user: { type: "Bot" }, author_association: "NONE" };
const stranger = { user: { type: "User" }, author_association: "NONE" };
/** The events of pull requests from a branch of the same repository, and from a fork. */
const event = (from: string | null) => ({
  pull_request: {
    number: 7,
    head: { repo: from === null ? null : { full_name: from } },
    base: { repo: { full_name: "shop/infrastructure" } },
  },
});

beforeEach(async () => {
  comments = Array.from({ length: 100 }, (_, id) => ({ id, body: "looks good", ...stranger }));
  [faults, calls] = [[], []];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      calls.push(`${request.method} ${request.url}`);
      const at = faults.findIndex(({ method }) => method === request.method);
      const [fault] = at < 0 ? [] : faults.splice(at, 1);
      if (request.headers.authorization !== "Bearer ghs_secret") return response.writeHead(401).end("{}");
      if (fault && !fault.lost) return response.writeHead(fault.status, fault.headers).end("{}");
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const first = (Number(searchParams.get("page")) - 1) * 100;
      if (request.method === "GET") return response.end(JSON.stringify(comments.slice(first, first + 100)));
      const { body } = JSON.parse(text) as { body: string };
      const id = request.method === "PATCH" ? Number(pathname.split("/").pop()) : comments.length;
      comments[id] = { id, body, ...own };
      return response.writeHead(fault?.status ?? 200).end(JSON.stringify(comments[id]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  directory = mkdtempSync(join(tmpdir(), "event-"));
  writeFileSync(join(directory, "event.json"), JSON.stringify(event("shop/infrastructure")));
  environment = {
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    GITHUB_REPOSITORY: "shop/infrastructure",
    GITHUB_TOKEN: "ghs_secret",
    GITHUB_EVENT_PATH: join(directory, "event.json"),
  };
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

const reviews = () => comments.filter(({ body }) => body.startsWith(COMMENT_MARK));

test("A2: posts a review once, and updates it afterwards, wherever among the pages it stands", async () => {
  await expect(postReview(`${COMMENT_MARK}\none`, environment)).resolves.toBe(
    "posted the review of pull request 7",
  );
  comments.push(...Array.from({ length: 100 }, (_, id) => ({ id: 101 + id, body: "ship it", ...stranger })));
  await expect(postReview(`${COMMENT_MARK}\ntwo`, environment)).resolves.toBe(
    "updated the review of pull request 7",
  );
  expect(reviews()).toEqual([{ id: 100, body: `${COMMENT_MARK}\ntwo`, ...own }]);
  const base = "/repos/shop/infrastructure/issues";
  expect(calls).toEqual([
    `GET ${base}/7/comments?per_page=100&page=1`,
    `GET ${base}/7/comments?per_page=100&page=2`,
    `POST ${base}/7/comments`,
    `GET ${base}/7/comments?per_page=100&page=1`,
    `GET ${base}/7/comments?per_page=100&page=2`,
    `PATCH ${base}/comments/100`,
  ]);
});

test("leaves a stranger's comment alone that looks like a review, and updates a member's", async () => {
  comments = [{ id: 0, body: `${COMMENT_MARK} all is well`, ...stranger }];
  await postReview(`${COMMENT_MARK}\none`, environment);
  expect(reviews().map(({ body }) => body)).toEqual([`${COMMENT_MARK} all is well`, `${COMMENT_MARK}\none`]);
  comments = [{ id: 0, body: COMMENT_MARK, user: { type: "User" }, author_association: "MEMBER" }];
  await postReview(`${COMMENT_MARK}\ntwo`, environment);
  expect(reviews()).toHaveLength(1);
});

test("tries again when GitHub throttles or fails, and posts no second time what got there though the answer was lost", async () => {
  faults = [
    { method: "GET", status: 429 },
    { method: "GET", status: 403, headers: { "retry-after": "0" } },
    { method: "POST", status: 502, lost: true },
  ];
  await expect(postReview(COMMENT_MARK, environment, 1)).resolves.toContain("updated");
  expect(reviews()).toHaveLength(1);
});

test("cuts off what is longer than a comment may be at the end of a line, closes the fold, and says so", async () => {
  const line = `- create \`${"x".repeat(100)}\`\n`;
  await postReview(`${COMMENT_MARK}\n<details>\n\n${line.repeat(1_000)}</details>\n`, environment);
  const body = comments[100]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(LONGEST_COMMENT);
  expect(body.length).toBeGreaterThan(LONGEST_COMMENT - 500);
  expect(body).toMatch(/`\n\n<\/details>\n\n\(cut off: .* the job's log has all of it\)\n$/);
});

test.each([["shop-fork/infrastructure"], [null]])(
  "A2: writes the review of a pull request from a fork (%s), whose token may not post, to the job's summary",
  async (fork) => {
    writeFileSync(join(directory, "event.json"), JSON.stringify(event(fork)));
    const GITHUB_STEP_SUMMARY = join(directory, "summary.md");
    faults = [{ method: "POST", status: 403 }];
    await expect(postReview(COMMENT_MARK, { ...environment, GITHUB_STEP_SUMMARY })).resolves.toContain(
      "the review is in the job's summary",
    );
    expect(readFileSync(GITHUB_STEP_SUMMARY, "utf8")).toBe(COMMENT_MARK);
    expect(reviews()).toEqual([]);
  },
);

test("fails without the token's permission, and does not print the token", async () => {
  faults = [{ method: "POST", status: 403 }];
  const failure = await postReview(COMMENT_MARK, environment).catch((error: Error) => error.message);
  expect(failure).toContain("GitHub answers 403: the token needs the permission pull-requests: write");
  expect(failure).not.toContain("ghs_secret");
});

test("fails when GitHub cannot be reached, after some tries", async () => {
  await new Promise((resolve) => server.close(resolve));
  const failure = await postReview(COMMENT_MARK, environment, 1).catch((error: Error) => error.message);
  expect(failure).toMatch(/GET http:.*: no answer: .*ECONNREFUSED/);
});

test("fails outside of GitHub Actions, with all that is missing", async () => {
  await expect(postReview(COMMENT_MARK, {})).rejects.toThrow(
    "GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH is not set",
  );
});

test("fails in a job that runs for no pull request", async () => {
  writeFileSync(join(directory, "event.json"), "{}");
  await expect(postReview(COMMENT_MARK, environment)).rejects.toThrow("does not run for a pull request");
});
