import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../review/rules";
import { rulesDocument } from "../../review/rules-document";

const ROOT = join(__dirname, "..", "..");

test("docs/review-rules.md is current; `npm run docs` makes it", () => {
  expect(readFileSync(join(ROOT, "docs", "review-rules.md"), "utf8")).toBe(rulesDocument());
});

test("every rule stands in a file of its id, and in the list", () => {
  const files = readdirSync(join(ROOT, "review", "rules")).map((file) => file.replace(/\.ts$/, ""));
  expect(RULES.map(({ id }) => id).sort()).toEqual(files.sort());
});
