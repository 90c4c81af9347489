import * as fs from "node:fs";
import * as path from "node:path";

/** Source: CloudFront developer guide, "Restrictions on CloudFront Functions", maximum function size. */
const LARGEST_FUNCTION_BYTES = 10 * 1024;

export interface RouterCodeProps {
  /** Origin id of the side that was last committed; a Terraform expression is fine. */
  readonly committed: string;
  /** Origin ids the store may name. */
  readonly origins: readonly string[];
}

/**
 * The router function's code, with its two constants filled in.
 *
 * Each stands on a line of its own, `const COMMITTED = "...";` and `const ORIGINS = [...];`: the runbook rewrites the
 * first one when it commits a switch, to exactly the text that `cutover` would give.
 *
 * @throws Error when the file does not carry both lines, or is longer than CloudFront takes
 */
export function routerCode(props: RouterCodeProps): string {
  const file = path.join(__dirname, "router.js");
  const source = fs.readFileSync(file, "utf8");
  // Terraform reads a string as a template: code that used these marks would be evaluated, not stored.
  if (/[$%]\{/.test(source)) {
    throw new Error(
      `${file}: found "\${" or "%{", which Terraform would evaluate; join strings with + instead`,
    );
  }
  const code = [
    ["COMMITTED", `"${props.committed}"`],
    ["ORIGINS", `[${props.origins.map((origin) => `"${origin}"`).join(", ")}]`],
  ].reduce((text, [name, value]) => {
    const line = new RegExp(`^const ${name} = .*;$`, "m");
    if (!line.test(text)) throw new Error(`${file}: expected one line "const ${name} = ...;" and found none`);
    return text.replace(line, () => `const ${name} = ${value};`);
  }, source);
  const bytes = Buffer.byteLength(code);
  if (bytes > LARGEST_FUNCTION_BYTES) {
    throw new Error(
      `${file}: ${bytes} bytes, CloudFront takes at most ${LARGEST_FUNCTION_BYTES}; shorten the function`,
    );
  }
  return code;
}
