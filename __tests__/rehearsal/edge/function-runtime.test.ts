import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  isResponse,
  loadFunction,
  type FunctionHost,
  type ViewerRequest,
} from "../../../rehearsal/edge/function-runtime";

const request = (changes: Partial<ViewerRequest> = {}): ViewerRequest => ({
  method: "GET",
  uri: "/orders",
  querystring: {},
  headers: {},
  cookies: {},
  ...changes,
});
const host = (entries: Record<string, string> = {}): FunctionHost => ({
  originIds: ["us-east-1", "eu-west-1"],
  read: (key) =>
    key in entries ? Promise.resolve(entries[key] ?? "") : Promise.reject(new Error("missing")),
});
const run = (code: string, at = host()) => loadFunction(code, "sample")(request(), at);

describe("the function runtime", () => {
  test("runs an async handler over its event and keeps what it changed", async () => {
    const code = `async function handler(event) { event.request.headers["x-new"] = { value: "1" }; return event.request; }`;
    const original = request();
    const { result } = await loadFunction(code, "sample")(original, host());
    expect(result).toMatchObject({ uri: "/orders", headers: { "x-new": { value: "1" } } });
    expect(original.headers).toEqual({});
  });

  test("gives each invocation its own state and its own choice of origin, even when they interleave", async () => {
    const code =
      `import cf from "cloudfront"; `.replace("; ", ";\n") +
      `let calls = 0; async function handler(event) { calls += 1; const id = await cf.kvs().get("active");` +
      ` cf.selectRequestOriginById(id); event.request.uri = "/" + calls; return event.request; }`;
    const handler = loadFunction(code, "sample");
    const [first, second] = await Promise.all([
      handler(request(), host({ active: "us-east-1" })),
      handler(request(), host({ active: "eu-west-1" })),
    ]);
    expect([first, second]).toMatchObject([
      { originId: "us-east-1", result: { uri: "/1" } },
      { originId: "eu-west-1", result: { uri: "/1" } },
    ]);
  });

  test("reads JSON, tells whether a key exists, and takes another origin's domain", async () => {
    const code = [
      `import cf from 'cloudfront'`,
      `async function handler(event) { const value = await cf.kvs().get("k", { format: "json" });`,
      `  cf.updateRequestOrigin({ domainName: value.domain });`,
      `  event.request.uri = "/" + (await cf.kvs().exists("k")) + (await cf.kvs().exists("no")); return event.request; }`,
    ].join("\n");
    const result = await run(code, host({ k: '{"domain":"o.example.com"}' }));
    expect(result).toMatchObject({ originDomain: "o.example.com", result: { uri: "/truefalse" } });
  });

  test.each([
    "process",
    "Buffer.from('')",
    "setTimeout",
    "fetch",
    "require('fs')",
    "eval('1')",
    "Function('return 1')()",
  ])("fails a function that uses %s", async (expression) => {
    await expect(run(`function handler(event) { ${expression}; return event.request; }`)).rejects.toThrow();
  });

  test("fails an unknown module, an oversized function, a missing handler, an empty answer, an unknown origin", async () => {
    expect(() => loadFunction(`import fs from "fs";\nfunction handler() {}`, "sample")).toThrow(
      'imports "fs"',
    );
    expect(() => loadFunction(`// ${"x".repeat(10_240)}`, "sample")).toThrow("at most 10240");
    await expect(run("const nothing = 1;")).rejects.toThrow("handler is not defined");
    await expect(run("function handler() {}")).rejects.toThrow("neither a request nor a response");
    const stray = `import cf from "cloudfront";\nfunction handler(e) { cf.selectRequestOriginById("ap-south-1"); return e.request; }`;
    await expect(run(stray)).rejects.toThrow(
      'no origin "ap-south-1" in the distribution; there are: us-east-1, eu-west-1',
    );
    const storeless = `import cf from "cloudfront";\nfunction handler(e) { cf.kvs(); return e.request; }`;
    await expect(run(storeless, { originIds: [] })).rejects.toThrow("no key-value store is associated");
  });
});

describe("A3: the router's own file in the runtime", () => {
  const code = readFileSync(join(__dirname, "../../../lib/global/router.js"), "utf8")
    .replace(/^const COMMITTED = .*;$/m, 'const COMMITTED = "us-east-1";')
    .replace(/^const ORIGINS = .*;$/m, 'const ORIGINS = ["us-east-1", "eu-west-1"];');
  const router = loadFunction(code, "router");

  test("follows the store, and the last committed side when the store has nothing to say", async () => {
    expect(await router(request(), host({ active: "eu-west-1" }))).toMatchObject({ originId: "eu-west-1" });
    expect(await router(request(), host())).toMatchObject({ originId: "us-east-1" });
  });

  test("tells what its point believes", async () => {
    const { result } = await router(request({ uri: "/.well-known/relocate" }), host({ active: "eu-west-1" }));
    const body = isResponse(result) && typeof result.body === "string" ? result.body : "";
    expect(JSON.parse(body)).toMatchObject({ active: "eu-west-1" });
  });

  test("checks a signed wish for a side with the runtime's own crypto", async () => {
    const expiry = Math.floor(Date.now() / 1000) + 60;
    const signature = createHmac("sha256", "key").update(`eu-west-1;${expiry}`).digest("hex");
    const wish = { "x-relocate-side": { value: `eu-west-1;${expiry};${signature}` } };
    const entries = { active: "us-east-1", "smoke-key": "key" };
    expect(await router(request({ headers: wish }), host(entries))).toMatchObject({ originId: "eu-west-1" });
  });
});
