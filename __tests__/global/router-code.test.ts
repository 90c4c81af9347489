import * as fs from "node:fs";
import * as path from "node:path";
import { Linter } from "eslint";
import { routerCode } from "../../lib/global/router-code";

const ROOT = path.join(__dirname, "../..");
const FILE = path.join(ROOT, "lib/global/router.js");

test("the two constants are filled in, and nothing else of the file changes", () => {
  const code = routerCode({ committed: "${var.cutover ? 1 : 2}", origins: ["a", "b"] });
  const before = fs.readFileSync(FILE, "utf8").split("\n");
  const changed = code.split("\n").filter((line, index) => line !== before[index]);
  expect(changed).toEqual(['const COMMITTED = "${var.cutover ? 1 : 2}";', 'const ORIGINS = ["a", "b"];']);
});

test("the function fits into CloudFront's 10 KB", () => {
  const origins = ["ap-southeast-2", "ap-northeast-3"];
  expect(Buffer.byteLength(routerCode({ committed: origins[0]!, origins }))).toBeLessThanOrEqual(10 * 1024);
});

describe("lint holds the router to what the runtime knows", () => {
  const config = jest.requireActual<Linter.Config[]>("../../eslint.config.js");
  const linter = new Linter({ cwd: ROOT });
  const messages = (code: string) =>
    linter.verify(code, config, { filename: FILE }).map(({ message }) => message);

  test("the file itself passes", () => {
    expect(messages(fs.readFileSync(FILE, "utf8"))).toEqual([]);
  });

  test.each([
    ["a class", "class A {}\nhandler(A);", /no classes/],
    ["destructuring", "const { a } = event;", /no destructuring/],
    ["spread", "handler(...list);", /no spread/],
    ["for-of", "for (const a of b) handler(a);", /no for-of/],
    ["a default parameter", "function handler(a = 1) { return a; }", /no default parameters/],
    ["optional chaining", "const a = b?.c;", /Parsing error/],
    ["a nullish default", "const a = b ?? c;", /Parsing error/],
    ["a catch without a binding", "try { a(); } catch { b(); }", /Parsing error/],
    [
      "await among arguments",
      "async function handler() { return f(await g()); }",
      /no await among arguments/,
    ],
    ["an async closure", "function handler() { return async () => 1; }", /no async closures/],
    ["a template that Terraform would evaluate", "const a = `b`;", /Terraform would evaluate/],
    ["a timer", "setTimeout(handler, 1);", /setTimeout/],
    ["an export", "export const a = 1;", /imports its own modules only/],
  ])("fails on %s", (_, code, expected) => {
    expect(messages(code).join("\n")).toMatch(expected);
  });
});
