import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMENT_MARK } from "../../review/markdown";
import { postReview } from "../../review/pull-request";

let server: Server;
let directory: string;
let environment: NodeJS.ProcessEnv;
/** What stands under the pull request, by id. */
let comments: { id: number; body: string }[];
/** Answers that come before the real ones. */
let faults: number[];
let calls: string[];

beforeEach(async () => {
  comments = Array.from({ length: 100 }, (_, id) => ({ id, body: "looks good" }));
  [faults, calls] = [[], []];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const fault = faults.shift();
      if (fault !== undefined) return response.writeHead(fault).end("{}");
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const first = (Number(searchParams.get("page")) - 1) * 100;
      if (request.method === "GET") return response.end(JSON.stringify(comments.slice(first, first + 100)));
      const { body } = JSON.parse(text) as { body: string };
      const id = request.method === "PATCH" ? Number(pathname.split("/").pop()) : comments.length;
      comments[id] = { id, body };
      return response.end(JSON.stringify(comments[id]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  directory = mkdtempSync(join(tmpdir(), "event-"));
  writeFileSync(join(directory, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
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

test("A2: posts a review once, and updates it afterwards", async () => {
  await expect(postReview(`${COMMENT_MARK}\none`, environment)).resolves.toBe(
    "posted the review of pull request 7",
  );
  await expect(postReview(`${COMMENT_MARK}\ntwo`, environment)).resolves.toBe(
    "updated the review of pull request 7",
  );
  expect(comments.filter(({ body }) => body.startsWith(COMMENT_MARK))).toEqual([
    { id: 100, body: `${COMMENT_MARK}\ntwo` },
  ]);
});

test("tries again when GitHub throttles or fails", async () => {
  faults = [429, 502];
  await expect(postReview(COMMENT_MARK, environment, 1)).resolves.toContain("posted");
});

test("cuts off what is longer than a comment may be, and says so", async () => {
  await postReview(COMMENT_MARK + "x".repeat(70_000), environment);
  expect(comments[100]?.body).toHaveLength(65_536);
  expect(comments[100]?.body).toContain("the job's log has all of it");
});

test("fails without the token's permission, and does not print the token", async () => {
  faults = [403];
  const failure = await postReview(COMMENT_MARK, environment).catch((error: Error) => error.message);
  expect(failure).toContain("GitHub answers 403: the token needs the permission pull-requests: write");
  expect(failure).not.toContain("ghs_secret");
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
