import * as fs from "node:fs";
import * as path from "node:path";

const INLINE_MAP = "sourceMappingURL=data:application/json;base64,";

interface SourceMap {
  readonly sourcesContent?: readonly string[];
}

/**
 * The TypeScript that a file of the bindings was compiled from. The bindings' generator notes there what the compiled
 * file has lost: for every attribute its Terraform name and whether it is computed, optional or required.
 */
function originalSource(file: string): string {
  const compiled = fs.readFileSync(file, "latin1");
  const at = compiled.lastIndexOf(INLINE_MAP);
  if (at < 0)
    throw new Error(`${file}: expected an inline source map, as @cdktf/provider-aws 21 ships it; found none`);
  const encoded = compiled.slice(at + INLINE_MAP.length).trim();
  const map = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as SourceMap;
  const source = map.sourcesContent?.[0];
  if (source === undefined) throw new Error(`${file}: its source map does not carry the original text`);
  return source;
}

/**
 * All generated source of one resource, data source or provider.
 *
 * @param directory such as `.../lib/db-instance`; a few very large ones keep part of themselves in `index-structs/`
 */
export function moduleSource(directory: string): string {
  const shards = path.join(directory, "index-structs");
  const parts = fs.existsSync(shards)
    ? fs
        .readdirSync(shards)
        .filter((file) => /^structs\d+\.js$/.test(file))
        .map((file) => path.join(shards, file))
    : [];
  return [path.join(directory, "index.js"), ...parts].map(originalSource).join("\n");
}
