import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const HCL_BLOCK = /^[ \t]*moved\s*\{\s*from\s*=\s*(\S.*?)[ \t]*\n\s*to\s*=\s*(\S.*?)[ \t]*\n\s*\}/gm;

interface JsonMoves {
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Where a root module's own `moved` blocks send things: an address that was proposed and then edited counts as it was edited.
 *
 * @returns new addresses by old ones
 */
export function decidedMoves(root: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(root).flatMap((name): (readonly [string, string])[] => {
      const text = () => readFileSync(join(root, name), "utf8");
      if (/\.(?:tf|tofu)$/.test(name))
        return [...text().matchAll(HCL_BLOCK)].map(([, from = "", to = ""]) => [from, to]);
      if (!/\.(?:tf|tofu)\.json$/.test(name)) return [];
      const { moved = [] } = JSON.parse(text()) as JsonMoves;
      return [moved].flat().map(({ from, to }) => [from, to]);
    }),
  );
}
