import { z } from "zod";
import { parseJson } from "./requests";
import type { IgnoreRule } from "./result";

/**
 * What differs between two answers that are the same: when and by whom they were given, how the connection was, how long
 * the body is that is compared itself, and marks of AWS's own proxies.
 */
export const DEFAULT_IGNORED: IgnoreRule = {
  headers: [
    "date",
    "age",
    "expires",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "via",
    "x-cache",
    "x-amz-*",
    "x-amzn-*",
    "x-request-id",
    "server-timing",
    "alt-svc",
  ],
  json: [],
  text: [],
};

const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text);
  } catch (error) {
    context.addIssue(`expected a regular expression: ${(error as Error).message}`);
    return z.NEVER;
  }
});
const pointer = z.string().regex(/^(\/[^/]+)+$/, "expected a JSON pointer, such as /items/*/updatedAt");
const rules = z.array(
  z.strictObject({
    path: pattern.optional(),
    headers: z.array(z.string().min(1)).default([]),
    json: z.array(pointer).default([]),
    text: z.array(pattern).default([]),
  }),
);

/**
 * Reads rules of what is left out of the comparison: a JSON array such as
 *
 * ```
 * [
 *   { "headers": ["x-served-by"] },
 *   { "path": "^/orders", "json": ["/generatedAt", "/totals/*"] },
 *   { "path": "^/$", "text": ["build [0-9a-f]{7}"] }
 * ]
 * ```
 *
 * @param name of the file, for what is said of faults
 * @returns the rules, after those that always hold: {@link DEFAULT_IGNORED}
 * @throws Error with every fault and its place
 */
export function readIgnoreRules(text: string, name: string): IgnoreRule[] {
  const faults: string[] = [];
  const found = parseJson(text, name, faults);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const { data, error } = rules.safeParse(found);
  if (!data) {
    throw new Error(
      error.issues.map(({ path, message }) => `${name}, rule ${describe(path)}: ${message}`).join("\n"),
    );
  }
  const lowered = data.map((rule) => ({
    ...rule,
    headers: rule.headers.map((header) => header.toLowerCase()),
  }));
  return [DEFAULT_IGNORED, ...lowered];
}

const describe = ([index, ...rest]: readonly PropertyKey[]): string =>
  [typeof index === "number" ? index + 1 : "list", ...rest.map(String)].join(" ");

/** The rules for a path as one. */
export function rulesFor(path: string, all: readonly IgnoreRule[]): IgnoreRule {
  const matching = all.filter((rule) => !rule.path || rule.path.test(path));
  return {
    headers: matching.flatMap(({ headers }) => headers),
    json: matching.flatMap(({ json }) => json),
    text: matching.flatMap(({ text }) => text),
  };
}
