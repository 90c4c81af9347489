import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPlan } from "../../runbook/engine";
import type { PlanResult } from "../../runbook/result";
import { fileChannel, webhookChannel, type StatusUpdate } from "../../runbook/status-channels";
import { statusText } from "../../runbook/status-text";
import { parseWebhook, statusUpdates, type StatusUpdates } from "../../runbook/status-updates";
import type { Plan, Step } from "../../runbook/step";
import { memoryJournal } from "./memory-journal";

const TOKEN = "xoxb-not-for-anybody";
const forever = new AbortController().signal;
const update: StatusUpdate = { at: "2026-01-01T00:00:00.000Z", text: "under way" };

/** A webhook's server: what it was told, and what it answers next; `undefined`: nothing at all. */
interface Hook {
  readonly url: URL;
  readonly heard: StatusUpdate[];
  readonly answers: (number | undefined)[];
}

describe("status updates", () => {
  let server: Server;
  let hook: Hook;
  let directory: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "relocate-status-"));
    const heard: StatusUpdate[] = [];
    const answers: (number | undefined)[] = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        heard.push(JSON.parse(Buffer.concat(chunks).toString()) as StatusUpdate);
        const answer = answers.length > 0 ? answers.shift() : 200;
        if (answer === 302) response.setHeader("location", "http://127.0.0.1:1/elsewhere");
        if (answer !== undefined) response.writeHead(answer).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    hook = { url: parseWebhook(`http://127.0.0.1:${port}/services/${TOKEN}?key=${TOKEN}`), heard, answers };
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    rmSync(directory, { recursive: true });
  });

  const step = (id: string, run: Step["run"] = () => Promise.resolve()): Step => ({
    ...{ id, title: `Step ${id}`, timeout: 10_000, run },
    check: () => Promise.resolve(false),
    undo: () => Promise.resolve(),
  });
  const plan = (steps: readonly Step[], pointOfNoReturn?: string): Plan => ({
    ...{ id: "cutover", title: "Cutover", steps, pointOfNoReturn },
  });
  const follow = async (followed: Plan, updates: StatusUpdates): Promise<PlanResult> =>
    runPlan(followed, {
      journal: memoryJournal(),
      signal: forever,
      onProgress: (news) => updates.onProgress(news),
    });

  test("C8: each change of phase goes to webhook and file, from the beginning to the end", async () => {
    const file = join(directory, "status.log");
    const followed = plan([step("a"), step("open"), step("edge")], "open");
    const updates = statusUpdates(followed, { workload: "shop", everyMs: 60_000, webhook: hook.url, file });
    const result = await follow(followed, updates);
    expect(await updates.end(result)).toEqual([]);
    expect(hook.heard.map(({ phase }) => phase)).toEqual([
      "under way",
      "past the point of no return",
      "done",
    ]);
    expect(hook.heard[0]).toMatchObject({
      text: expect.stringMatching(/^shop: Cutover: under way after \d+ ms; step 1 of 3: Step a$/) as string,
      ...{ workload: "shop", plan: "cutover", step: { number: 1, of: 3 } },
    });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines).toEqual(hook.heard.map(({ at, text }) => `${at} ${text}`));
  });

  test("C8: trouble and taking back are told, and what stands at the end", async () => {
    const followed = plan([step("a"), step("b", () => Promise.reject(new Error("broken\n  in two lines")))]);
    const updates = statusUpdates(followed, { workload: "shop", everyMs: 60_000, webhook: hook.url });
    await updates.end(await follow(followed, updates));
    expect(hook.heard.map(({ phase }) => phase)).toEqual([
      ...["under way", "in trouble", "being taken back", "undone"],
    ]);
    expect(hook.heard.at(-1)?.text).toContain("Step b: broken, in two lines; nothing of it stands");
  });

  test("C8: while nothing changes, an update comes at the interval, with what was observed last", async () => {
    const isObserved = ({ text }: StatusUpdate): boolean => text.includes("Step copy (tablesToCopy 7)");
    const followed = plan([
      step("copy", async (context) => {
        context.observe("tablesToCopy", 7);
        while (!hook.heard.some(isObserved)) await new Promise((go) => setTimeout(go, 10));
      }),
    ]);
    const updates = statusUpdates(followed, { workload: "shop", everyMs: 200, webhook: hook.url });
    await updates.end(await follow(followed, updates));
    const routine = hook.heard.slice(0, -1);
    expect(routine.map(({ phase }) => phase)).toEqual(Array(routine.length).fill("under way"));
    expect(routine.at(-1)).toMatchObject({ observations: { tablesToCopy: 7 } });
  });

  test("C8: a webhook that fails disturbs nothing, and is told once, without its token", async () => {
    hook.answers.push(404, 404, 404, 404);
    const followed = plan([step("a"), step("open"), step("edge")], "open");
    const updates = statusUpdates(followed, { workload: "shop", everyMs: 60_000, webhook: hook.url });
    const result = await follow(followed, updates);
    expect(result).toMatchObject({ outcome: "done", warnings: [] });
    expect(await updates.end(result)).toEqual([
      `webhook at ${hook.url.host}: 3 of 3 updates could not be sent: it answered 404`,
    ]);
  });

  test("C8: a file that takes nothing more disturbs nothing, and is told once", async () => {
    const followed = plan([step("a")]);
    const updates = statusUpdates(followed, { workload: "shop", everyMs: 60_000, file: "/dev/full" });
    const result = await follow(followed, updates);
    expect(result.outcome).toBe("done");
    expect(await updates.end(result)).toEqual([
      expect.stringMatching(/^file \/dev\/full: 2 of 2 updates could not be sent: ENOSPC/),
    ]);
  });

  test("a fault that may pass is tried again, one that stays is not", async () => {
    const channel = webhookChannel(hook.url, { timeoutMs: 5_000, pausesMs: [1, 1] });
    hook.answers.push(503, 429);
    await channel.send(update, forever);
    expect(hook.heard).toHaveLength(3);
    hook.answers.push(400);
    await expect(channel.send(update, forever)).rejects.toThrow("it answered 400");
    hook.answers.push(500, 500, 500);
    await expect(channel.send(update, forever)).rejects.toThrow("it answered 500");
    expect(hook.heard).toHaveLength(7);
  });

  test("an update is not carried on to where a webhook leads, nor waited for where it says nothing", async () => {
    const channel = webhookChannel(hook.url, { timeoutMs: 100, pausesMs: [] });
    hook.answers.push(302);
    await expect(channel.send(update, forever)).rejects.toThrow(/^it answered 302$/);
    hook.answers.push(undefined);
    await expect(channel.send(update, forever)).rejects.toThrow(/^no answer in time$/);
  });

  test("what cannot be reached is named by its cause alone", async () => {
    const channel = webhookChannel(new URL(`http://127.0.0.1:1/${TOKEN}`), {
      timeoutMs: 5_000,
      pausesMs: [],
    });
    // Node.js refuses this port by itself, an ordinary one refuses by ECONNREFUSED.
    await expect(channel.send(update, forever)).rejects.toThrow(/^[A-Za-z]+$/);
    expect(channel.name).toBe("webhook at 127.0.0.1:1");
  });

  test("a file is added to", async () => {
    const file = join(directory, "status.log");
    await fileChannel(file).send(update, forever);
    await fileChannel(file).send({ ...update, text: "done" }, forever);
    expect(readFileSync(file, "utf8")).toBe(`${update.at} under way\n${update.at} done\n`);
  });

  test("a text is one line that says how long, where and why", () => {
    const status = { workload: "shop", title: "Cutover", elapsedMs: 0 } as const;
    expect(statusText({ ...status, phase: "under way" })).toBe("shop: Cutover: under way after 0 ms");
    expect(
      statusText({
        ...{
          ...status,
          phase: "undone",
          elapsedMs: 192_400,
          error: "Lag: not done\n  in time",
          stands: "all is well",
        },
        step: { title: "Lag", number: 3, of: 9 },
        observations: { lagMs: 1_200 },
      }),
    ).toBe(
      "shop: Cutover: undone after 3 min 12 s; step 3 of 9: Lag (lagMs 1200); Lag: not done, in time; all is well",
    );
  });

  test.each([
    ["hooks.example.com/secret", "is no URL"],
    ["http://hooks.example.com/secret", "begins with http:, expected https:"],
    ["ftp://hooks.example.com/secret", "begins with ftp:, expected https:"],
    ["https://me:secret@hooks.example.com/", "holds a user name or password"],
  ])("fails for the webhook %s, without repeating it", (address, message) => {
    expect(() => parseWebhook(address)).toThrow(message);
    expect(() => parseWebhook(address)).not.toThrow("secret");
  });
});
