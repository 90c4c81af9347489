import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { compareHttp } from "../../../../runbook/verification/http/compare-http";
import { DEFAULT_IGNORED } from "../../../../runbook/verification/http/ignore-rules";
import type {
  CompareHttpOptions,
  ComparedRequest,
  HttpComparison,
  IgnoreRule,
} from "../../../../runbook/verification/http/result";

const GET = (path: string): ComparedRequest => ({ method: "GET", path });

describe("the comparison of what both sides answer", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    }
  });

  const serve = async (listener: RequestListener): Promise<URL> => {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  };
  const compare = async (
    source: RequestListener,
    target: RequestListener,
    requests: readonly ComparedRequest[],
    change: Partial<CompareHttpOptions> = {},
  ): Promise<HttpComparison> =>
    compareHttp({
      origins: { source: { url: await serve(source) }, target: { url: await serve(target) } },
      requests,
      ignore: [DEFAULT_IGNORED],
      signal: new AbortController().signal,
      ...change,
    });
  const json =
    (value: unknown): RequestListener =>
    (_, response) => {
      response.setHeader("content-type", "application/json; charset=utf-8");
      response.end(JSON.stringify(value));
    };
  const ignore = (rule: Partial<IgnoreRule>): Pick<CompareHttpOptions, "ignore"> => ({
    ignore: [DEFAULT_IGNORED, { headers: [], json: [], text: [], ...rule }],
  });

  test("C4: answers that differ by date, cookie value, order of properties and marks of AWS are the same", async () => {
    const answer =
      (side: string, body: string): RequestListener =>
      (_, response) => {
        response.setHeader("content-type", "application/json");
        response.setHeader("x-amz-cf-id", side);
        response.setHeader("set-cookie", [`session=${side}; Path=/; HttpOnly`]);
        response.end(body);
      };
    const { equal, requests, medianMs } = await compare(
      answer("source", '{"a": 1, "b": {"c": [1, 2], "d": null}}'),
      answer("target", '{"b": {"d": null, "c": [1, 2]}, "a": 1}'),
      [GET("/"), GET("/orders?page=2")],
    );
    expect(equal).toBe(true);
    expect(requests).toMatchObject([
      { request: GET("/"), equal: true, status: { source: 200, target: 200 }, differences: [] },
      { request: GET("/orders?page=2"), equal: true },
    ]);
    expect(medianMs.source).toBeGreaterThan(0);
  });

  test("C4: says readably what differs, and of what is ignored nothing", async () => {
    const value = (total: string, at: number) => ({
      generatedAt: at,
      items: [
        { id: 1, total, etag: String(at) },
        { id: 2, "a/b": at },
      ],
    });
    const paths = { json: ["/generatedAt", "/items/*/etag", "/items/1/a~1b"] };
    const different = await compare(
      json(value("9.99", 1)),
      json(value("9.90", 2)),
      [GET("/")],
      ignore(paths),
    );
    expect(different.requests[0]?.differences).toEqual([
      [
        "body",
        "@@ -3,5 +3,5 @@",
        "     {",
        '       "id": 1,',
        '-      "total": "9.99"',
        '+      "total": "9.90"',
        "     },",
        "     {",
      ].join("\n"),
    ]);
    const same = await compare(json(value("9.99", 1)), json(value("9.99", 2)), [GET("/")], ignore(paths));
    expect(same.equal).toBe(true);
  });

  test("C4: text is compared but for what a rule takes out, headers and status too", async () => {
    const page =
      (build: string, status: number, cache: string): RequestListener =>
      (_, response) => {
        response.writeHead(status, { "content-type": "text/html", "cache-control": cache });
        response.end(`<p>hello</p>\n<!-- build ${build} -->\n`);
      };
    const rule = ignore({ text: [/build \w+/] });
    expect(
      (await compare(page("a1", 200, "no-store"), page("b2", 200, "no-store"), [GET("/")], rule)).equal,
    ).toBe(true);
    const { requests } = await compare(page("a1", 200, "no-store"), page("b2", 203, "max-age=9"), [GET("/")]);
    expect(requests[0]?.differences).toEqual([
      "status\n- 200\n+ 203",
      "header cache-control\n- no-store\n+ max-age=9",
      expect.stringContaining("-<!-- build a1 -->\n+<!-- build b2 -->"),
    ]);
  });

  test("C4: bodies that are no text are compared by their digest, and of long differences the beginning is shown", async () => {
    const bytes =
      (...body: number[]): RequestListener =>
      (_, response) =>
        void response.end(Buffer.from(body));
    const binary = await compare(bytes(0xff, 1), bytes(0xff, 2), [GET("/")]);
    expect(binary.requests[0]?.differences).toEqual([
      expect.stringMatching(/^body\n- 2 bytes, sha256 [0-9a-f]{64}\n\+ 2 bytes, sha256 [0-9a-f]{64}$/),
    ]);
    const lines =
      (word: string): RequestListener =>
      (_, response) =>
        void response.end(Array.from({ length: 100 }, (__, line) => `${word} ${line}`).join("\n"));
    const long = await compare(lines("a"), lines("b"), [GET("/")]);
    expect(long.requests[0]?.differences[0]).toMatch(/\n\.\.\. \d+ more lines$/);
  });

  test("C4: sends what the list says, under the public name, below the origin's own path", async () => {
    const seen: (Pick<IncomingMessage, "method" | "url" | "headers"> & { body: string })[] = [];
    const note: RequestListener = (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body });
        response.end();
      });
    };
    const [source, target] = await Promise.all([serve(note), serve(note)]);
    const request = { method: "POST", path: "/search", headers: { "x-tenant": "7" }, body: "shoes" };
    const { equal } = await compareHttp({
      origins: {
        source: { url: new URL("/base", source), host: "shop.example.com" },
        target: { url: target, host: "shop.example.com" },
      },
      requests: [request],
      ignore: [DEFAULT_IGNORED],
      unsafe: true,
      signal: new AbortController().signal,
    });
    expect(equal).toBe(true);
    expect(seen.map(({ url }) => url).sort()).toEqual(["/base/search", "/search"]);
    expect(seen[0]).toMatchObject({
      method: "POST",
      headers: { host: "shop.example.com", "x-tenant": "7" },
      body: "shoes",
    });
  });

  test("C4: asks each request once, no more at a time than allowed, and answers in the list's order", async () => {
    let asked = 0;
    let under = 0;
    let most = 0;
    const waiting: (() => unknown)[] = [];
    // Three are kept waiting, and a fourth has time to come.
    const slow: RequestListener = (request, response) => {
      asked += 1;
      most = Math.max(most, (under += 1));
      waiting.push(() => response.end(request.url));
      if (waiting.length < 3) return;
      setTimeout(() => {
        under -= waiting.length;
        waiting.splice(0).forEach((answer) => answer());
      }, 20);
    };
    const requests = Array.from({ length: 9 }, (_, index) => GET(`/${index}`));
    const told: string[] = [];
    const { requests: compared } = await compare(slow, (_, response) => void response.end("x"), requests, {
      concurrency: 3,
      onAnswer: ({ request }) => void told.push(request.path),
    });
    expect({ asked, most }).toEqual({ asked: 9, most: 3 });
    expect(compared.map(({ request }) => request)).toEqual(requests);
    expect(told.sort()).toEqual(requests.map(({ path }) => path));
  });

  test("fails before anything is sent where a method may change something", async () => {
    let asked = 0;
    const count: RequestListener = (_, response) => {
      asked += 1;
      response.end();
    };
    const requests = [GET("/"), { method: "DELETE", path: "/orders/1" }, { method: "POST", path: "/orders" }];
    await expect(compare(count, count, requests)).rejects.toThrow(
      "DELETE /orders/1, POST /orders: expected GET, HEAD, OPTIONS",
    );
    expect(asked).toBe(0);
  });

  test("fails to find a side equal that does not answer, is too late, or breaks off", async () => {
    const fine: RequestListener = (_, response) => void response.end("x");
    const silent: RequestListener = () => undefined;
    const late = await compare(fine, silent, [GET("/")], { timeoutMs: 1_000 });
    expect(late).toMatchObject({
      equal: false,
      requests: [
        {
          status: { source: 200, target: undefined },
          differences: ["the target does not answer: no answer within 1000 ms"],
        },
      ],
    });
    const broken: RequestListener = (_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("x", () => response.destroy());
    };
    expect((await compare(broken, fine, [GET("/")])).requests[0]?.differences).toEqual([
      expect.stringMatching(/^the source does not answer: /),
    ]);
  });

  test("an abort ends it with the abort's reason", async () => {
    const end = new AbortController();
    const silent: RequestListener = () => end.abort(new Error("enough"));
    await expect(compare(silent, silent, [GET("/")], { signal: end.signal })).rejects.toThrow("enough");
  });
});
