import { createHmac } from "node:crypto";
import { routerCode } from "../../lib/global/router-code";
import { isResponse, loadFunction, type ViewerRequest } from "../../rehearsal/edge/function-runtime";

const SOURCE = "us-east-1";
const TARGET = "eu-west-1";
const KEY = "a key for smoke tests";

const run = loadFunction(routerCode({ committed: SOURCE, origins: [SOURCE, TARGET] }), "router.js");
const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

type Store = Record<string, string> | "unavailable";

/** One request through the function, with what the store holds. */
async function ask(store: Store, request: Partial<ViewerRequest> = {}) {
  const log: string[] = [];
  const { result, originId } = await run(
    { method: "GET", uri: "/orders", querystring: {}, headers: {}, cookies: {}, ...request },
    {
      originIds: [SOURCE, TARGET],
      read: (key) =>
        store === "unavailable" || store[key] === undefined
          ? Promise.reject(new Error(store === "unavailable" ? "unavailable" : `KeyNotFound: ${key}`))
          : Promise.resolve(store[key]),
      log: (line) => log.push(line),
    },
  );
  return { result, originId, log };
}

async function belief(store: Store): Promise<unknown> {
  const { result, originId } = await ask(store, { uri: "/.well-known/relocate" });
  if (!isResponse(result)) throw new Error("the request went on to an origin");
  expect(originId).toBeUndefined();
  expect(result).toMatchObject({
    statusCode: 200,
    headers: { "content-type": { value: "application/json" }, "cache-control": { value: "no-store" } },
  });
  return JSON.parse(result.body as string);
}

function wish(side: string, expiry: number, key = KEY): ViewerRequest["headers"] {
  const signature = createHmac("sha256", key).update(`${side};${expiry}`).digest("hex");
  return { "x-relocate-side": { value: `${side};${expiry};${signature}` } };
}

test("A3: the store decides which origin answers, request by request", async () => {
  expect((await ask({ active: SOURCE })).originId).toBe(SOURCE);
  expect((await ask({ active: TARGET })).originId).toBe(TARGET);
  expect((await ask({ active: TARGET }, { method: "POST" })).originId).toBe(TARGET);
});

test.each<[string, Store]>([
  ["does not answer", "unavailable"],
  ["lacks the key", {}],
  ["names an origin that the distribution lacks", { active: "mars-north-1" }],
])("the last committed side answers when the store %s", async (_, store) => {
  expect((await ask(store)).originId).toBe(SOURCE);
  expect(await belief(store)).toEqual({ active: SOURCE, knownFrom: "committed", committed: SOURCE });
});

test("the request goes on as it came", async () => {
  const request = {
    method: "PUT",
    uri: "/orders/7",
    querystring: { page: { value: "2" } },
    headers: { accept: { value: "text/html" } },
    cookies: { session: { value: "s" } },
  };
  expect((await ask({ active: TARGET }, request)).result).toEqual(request);
});

test("a point of presence tells what it believes and from where, and which freeze it sees", async () => {
  expect(await belief({ active: TARGET })).toEqual({ active: TARGET, knownFrom: "store", committed: SOURCE });
  const until = soon(20);
  expect(await belief({ active: TARGET, freeze: JSON.stringify({ until }) })).toEqual({
    active: TARGET,
    knownFrom: "store",
    committed: SOURCE,
    frozenUntil: until,
  });
});

test.each(["POST", "PUT", "PATCH", "DELETE"])(
  "B4: a freeze refuses %s with 503 and Retry-After",
  async (method) => {
    const store = { active: SOURCE, freeze: JSON.stringify({ until: soon(20) }) };
    const { result, originId } = await ask(store, { method });
    expect(originId).toBeUndefined();
    expect(result).toMatchObject({
      statusCode: 503,
      headers: { "retry-after": { value: "1" }, "cache-control": { value: "no-store" } },
    });
  },
);

test.each(["GET", "HEAD", "OPTIONS"])("B4: a freeze lets %s through", async (method) => {
  const store = { active: SOURCE, freeze: JSON.stringify({ until: soon(20) }) };
  expect((await ask(store, { method })).originId).toBe(SOURCE);
});

test.each([
  ["has run out", JSON.stringify({ until: soon(-1) })],
  ["ends implausibly late", JSON.stringify({ until: soon(3600) })],
  ["has no end", JSON.stringify({})],
  ["has a text for an end", JSON.stringify({ until: "tomorrow" })],
  ["is null", "null"],
  ["is not JSON", "until noon"],
  ["is empty", ""],
])("writes go on when the freeze %s", async (_, freeze) => {
  expect((await ask({ active: SOURCE, freeze }, { method: "POST" })).originId).toBe(SOURCE);
  expect(await belief({ active: SOURCE, freeze })).not.toHaveProperty("frozenUntil");
});

test("a signed wish picks the side for a smoke test, and does not reach the origin", async () => {
  const store = { active: SOURCE, "smoke-key": KEY };
  const { result, originId } = await ask(store, { headers: wish(TARGET, soon(60)) });
  expect(originId).toBe(TARGET);
  expect(result).toMatchObject({ headers: {} });
  expect(result).not.toHaveProperty("headers.x-relocate-side");
});

test("a signed wish changes nothing of what the point of presence believes", async () => {
  const { result } = await ask(
    { active: SOURCE, "smoke-key": KEY },
    { uri: "/.well-known/relocate", headers: wish(TARGET, soon(60)) },
  );
  expect(isResponse(result) && JSON.parse(result.body as string)).toMatchObject({ active: SOURCE });
});

test.each<[string, ViewerRequest["headers"]]>([
  ["is signed with another key", wish(TARGET, soon(60), "guessed")],
  ["has run out", wish(TARGET, soon(-1))],
  ["names no origin of the distribution", wish("mars-north-1", soon(60))],
  [
    "was signed for the other side",
    {
      "x-relocate-side": { value: wish(SOURCE, soon(60))["x-relocate-side"]!.value.replace(SOURCE, TARGET) },
    },
  ],
  ["has no signature", { "x-relocate-side": { value: `${TARGET};${soon(60)}` } }],
  ["has an empty signature", { "x-relocate-side": { value: `${TARGET};${soon(60)};` } }],
  ["has no number for an expiry", { "x-relocate-side": { value: `${TARGET};1e99;00` } }],
  ["is empty", { "x-relocate-side": { value: "" } }],
])("fails to pick a side when the wish %s", async (_, headers) => {
  expect((await ask({ active: SOURCE, "smoke-key": KEY }, { headers })).originId).toBe(SOURCE);
});

test("fails to pick a side when there is no key, or an empty one, to prove the wish by", async () => {
  expect((await ask({ active: SOURCE }, { headers: wish(TARGET, soon(60)) })).originId).toBe(SOURCE);
  expect(
    (await ask({ active: SOURCE, "smoke-key": "" }, { headers: wish(TARGET, soon(60), "") })).originId,
  ).toBe(SOURCE);
});

test("only what is worth reading is logged: one line when the store fails, none when it works", async () => {
  expect((await ask({ active: SOURCE }, { method: "POST" })).log).toEqual([]);
  expect((await ask("unavailable")).log).toEqual([
    "the store does not tell the active side: Error: unavailable",
  ]);
});
