import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { createTwoFilesPatch } from "diff";
import type { Answer } from "./answer";
import type { IgnoreRule } from "./result";

/** Lines that are shown of a body's differences. */
const MOST_LINES = 40;

/** What differs between two answers, but for what is ignored; each readable by itself, `-` for the source and `+` for the target. */
export function differencesOf(source: Answer, target: Answer, ignore: IgnoreRule): string[] {
  const status = source.status === target.status ? [] : [`status\n- ${source.status}\n+ ${target.status}`];
  return [
    ...status,
    ...headerDifferences(source, target, ignore.headers),
    ...bodyDifferences(source, target, ignore),
  ];
}

function headerDifferences(source: Answer, target: Answer, ignored: readonly string[]): string[] {
  const patterns = ignored.map((name) => new RegExp(`^${name.split("*").map(escape).join(".*")}$`));
  const names = [...new Set([...source.headers.keys(), ...target.headers.keys()])].sort();
  return names
    .filter((name) => !patterns.some((pattern) => pattern.test(name)))
    .flatMap((name) => {
      const [here, there] = [shown(source, name), shown(target, name)];
      if (here.join("\n") === there.join("\n")) return [];
      const lines = [...here.map((value) => `- ${value}`), ...there.map((value) => `+ ${value}`)];
      return [`header ${name}\n${lines.join("\n")}`];
    });
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A cookie's value is the session's own, and its end goes by the clock: both are left out. */
function shown({ headers }: Answer, name: string): readonly string[] {
  const values = headers.get(name) ?? [];
  if (name !== "set-cookie") return values;
  return values
    .map((cookie) =>
      cookie.replace(/^([^=;]*)=[^;]*/, "$1=...").replace(/;\s*expires=[^;]*/i, "; Expires=..."),
    )
    .sort();
}

function bodyDifferences(source: Answer, target: Answer, ignore: IgnoreRule): string[] {
  if (source.body.equals(target.body)) return [];
  const [here, there] = [readable(source, ignore), readable(target, ignore)];
  if (here === undefined || there === undefined) {
    return [`body\n- ${digest(source.body)}\n+ ${digest(target.body)}`];
  }
  if (here === there) return [];
  const lines = createTwoFilesPatch("source", "target", here, there, "", "", { context: 2 })
    .split("\n")
    .filter((line) => !/^(={3,}|---|\+\+\+|\\)/.test(line) && line !== "");
  const left = lines.length - MOST_LINES;
  return [`body\n${lines.slice(0, MOST_LINES).join("\n")}${left > 0 ? `\n... ${left} more lines` : ""}`];
}

const digest = (body: Buffer): string =>
  `${body.length} bytes, sha256 ${createHash("sha256").update(body).digest("hex")}`;

/** A body as text without what is ignored: JSON in an order of its own; undefined when it is no text. */
function readable({ headers, body }: Answer, ignore: IgnoreRule): string | undefined {
  if (!isUtf8(body)) return undefined;
  const text = body.toString("utf8");
  const type = headers.get("content-type")?.[0] ?? "";
  const parsed = /[/+]json\b/i.test(type) ? jsonOf(text) : undefined;
  const plain = parsed ? JSON.stringify(without(parsed.value, ignore.json.map(stepsOf)), undefined, 2) : text;
  return ignore.text.reduce((kept, pattern) => kept.replace(everywhere(pattern), "..."), plain);
}

const everywhere = ({ source, flags }: RegExp): RegExp =>
  new RegExp(source, flags.includes("g") ? flags : `${flags}g`);

/** Says it is JSON and is not: then it is compared as the text it is. */
function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Steps of a JSON pointer (RFC 6901). */
const stepsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

/** A value without what some pointers name, its properties sorted. */
function without(value: unknown, pointers: readonly (readonly string[])[]): unknown {
  const below = (name: string): (readonly string[])[] =>
    pointers.filter(([step]) => step === name || step === "*").map(([, ...rest]) => rest);
  const keep = (name: string, item: unknown): unknown[] => {
    const rest = below(name);
    return rest.some(({ length }) => length === 0) ? [] : [without(item, rest)];
  };
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => keep(String(index), item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, item]) => keep(name, item).map((kept): [string, unknown] => [name, kept])),
  );
}
