import { readIgnoreRules, rulesFor } from "../../../../runbook/verification/http/ignore-rules";
import { readRequests } from "../../../../runbook/verification/http/requests";

describe("the list of requests", () => {
  test("C4: a line is a method, a path, and what is sent with it", () => {
    const text = `
# the front page
GET /
  HEAD   /orders?page=2
POST /search {"headers": {"X-Tenant": "7"}, "body": {"q": "shoes"}}
PUT /note {"headers": {"content-type": "text/plain"}, "body": "as it is"}
`;
    expect(readRequests(text, "requests.txt")).toEqual([
      { method: "GET", path: "/", headers: {} },
      { method: "HEAD", path: "/orders?page=2", headers: {} },
      {
        method: "POST",
        path: "/search",
        headers: { "content-type": "application/json", "x-tenant": "7" },
        body: '{"q":"shoes"}',
      },
      { method: "PUT", path: "/note", headers: { "content-type": "text/plain" }, body: "as it is" },
    ]);
  });

  test("C4: the same as JSON", () => {
    const text = '[{"method": "GET", "path": "/orders", "headers": {"Accept": "text/html"}}]';
    expect(readRequests(text, "requests.json")).toEqual([
      { method: "GET", path: "/orders", headers: { accept: "text/html" } },
    ]);
  });

  test("fails with every fault and its line", () => {
    const text = 'get /a\nGET orders\nGET\nGET /b {"header": {}}\nGET /c {oops}\nGET /d "text"';
    const faults = message(() => readRequests(text, "list")).split("\n");
    expect(faults).toEqual([
      expect.stringMatching(/^list:1, method: expected a method in capitals/),
      expect.stringMatching(/^list:2, path: expected a path that begins with \//),
      expect.stringMatching(/^list:3: expected a method and a path, such as GET \/orders; found GET$/),
      expect.stringMatching(/^list:4: .*header/),
      expect.stringMatching(/^list:5: expected JSON: /),
      expect.stringMatching(/^list:6: expected an object with headers and body, found "text"$/),
    ]);
  });

  test("fails without a request, and on JSON that is no list of them", () => {
    expect(message(() => readRequests("# none\n", "list"))).toBe("list: expected at least one request");
    expect(message(() => readRequests("[1]", "list"))).toMatch(/^list, request 1: /);
    expect(message(() => readRequests("[", "list"))).toMatch(/^list: expected JSON: /);
  });
});

describe("the rules of what is ignored", () => {
  test("C4: those that match a path hold together, after those that always hold", () => {
    const text = JSON.stringify([
      { headers: ["X-Served-By"] },
      { path: "^/orders", json: ["/items/*/etag"], text: ["build [0-9a-f]+"] },
    ]);
    const rules = readIgnoreRules(text, "rules.json");
    expect(rulesFor("/orders?page=2", rules)).toMatchObject({
      headers: expect.arrayContaining(["date", "x-amz-*", "x-served-by"]) as string[],
      json: ["/items/*/etag"],
      text: [/build [0-9a-f]+/],
    });
    expect(rulesFor("/", rules)).toMatchObject({ json: [], text: [] });
  });

  test("fails with every fault and its place", () => {
    const text = JSON.stringify([{ path: "(" }, { json: ["items"] }, { bodies: [] }]);
    expect(message(() => readIgnoreRules(text, "rules")).split("\n")).toEqual([
      expect.stringMatching(/^rules, rule 1 path: expected a regular expression: /),
      "rules, rule 2 json 0: expected a JSON pointer, such as /items/*/updatedAt",
      expect.stringMatching(/^rules, rule 3.*bodies/),
    ]);
    expect(message(() => readIgnoreRules("{", "rules"))).toMatch(/^rules: expected JSON: /);
    expect(message(() => readIgnoreRules("{}", "rules"))).toMatch(/^rules, rule list: /);
  });
});

function message(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}
