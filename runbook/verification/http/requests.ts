import { z } from "zod";
import type { ComparedRequest } from "./result";

const METHOD = /^[A-Z]+$/;
const PATH = /^\/[^\s#]*$/;

const headers = z.record(z.string(), z.string());
/** A body that is no text is sent as JSON. */
const extras = z.strictObject({ headers: headers.optional(), body: z.json().optional() });
const request = extras.extend({
  method: z.string().regex(METHOD, "expected a method in capitals, such as GET"),
  path: z.string().regex(PATH, "expected a path that begins with /, such as /orders?page=2"),
});

/** Methods that by their definition change nothing (RFC 9110, section 9.2.1). */
export const SAFE_METHODS: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Reads a list of requests: a JSON array of `{ "method", "path", "headers"?, "body"? }`, or a line each such as
 *
 * ```
 * # what the front page asks for
 * GET /
 * GET /orders?page=2 {"headers": {"accept-language": "de"}}
 * ```
 *
 * @param name of the file, for what is said of faults
 * @throws Error with every fault, each with its line or place
 */
export function readRequests(text: string, name: string): ComparedRequest[] {
  const faults: string[] = [];
  const requests = text.trimStart().startsWith("[")
    ? fromJson(text, name, faults)
    : fromLines(text, name, faults);
  if (faults.length === 0 && requests.length === 0) faults.push(`${name}: expected at least one request`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return requests;
}

function fromLines(text: string, name: string, faults: string[]): ComparedRequest[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return [];
    const place = `${name}:${index + 1}`;
    const [, method, path, rest] = /^\s*(\S+)\s+(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
    if (method === undefined || path === undefined) {
      faults.push(`${place}: expected a method and a path, such as GET /orders; found ${line.trim()}`);
      return [];
    }
    const further = rest ? parseJson(rest, place, faults) : {};
    if (further === undefined) return [];
    if (typeof further !== "object" || further === null || Array.isArray(further)) {
      faults.push(`${place}: expected an object with headers and body, found ${rest}`);
      return [];
    }
    return checked({ ...further, method, path }, place, faults);
  });
}

function fromJson(text: string, name: string, faults: string[]): ComparedRequest[] {
  const found = parseJson(text, name, faults);
  if (!Array.isArray(found)) return [];
  return found.flatMap((one: unknown, index) => checked(one, `${name}, request ${index + 1}`, faults));
}

function checked(found: unknown, place: string, faults: string[]): ComparedRequest[] {
  const { data, error } = request.safeParse(found);
  if (!data) {
    faults.push(
      ...error.issues.map(
        ({ path, message }) => `${place}${path.length > 0 ? `, ${path.join(".")}` : ""}: ${message}`,
      ),
    );
    return [];
  }
  const named = Object.entries(data.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const isJson = data.body !== undefined && typeof data.body !== "string";
  const asSent: Record<string, string> = {
    ...(isJson ? { "content-type": "application/json" } : {}),
    ...(Object.fromEntries(named) as Record<string, string>),
  };
  return [
    {
      method: data.method,
      path: data.path,
      headers: asSent,
      ...(data.body === undefined
        ? {}
        : { body: isJson ? JSON.stringify(data.body) : (data.body as string) }),
    },
  ];
}

/** Undefined when it is no JSON, and a fault more. */
export function parseJson(text: string, place: string, faults: string[]): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    faults.push(`${place}: expected JSON: ${error.message}`);
    return undefined;
  }
}
