import { asConstructs, asHcl } from "./block-code";
import { type ImportId, importBlocks, isImportable, movedBlocks, removedBlocks } from "./blocks";
import { acrossScript, moveScript } from "./move-script";
import type { Misplaced } from "./placement";

export interface SplitFilesOptions {
  readonly moves: readonly Misplaced[];
  /** Whether the objects go to another state. */
  readonly across: boolean;
  /** Whether CDKTF writes the configuration, so that blocks must be said in code. */
  readonly isCdktf: boolean;
  readonly importId: ImportId;
}

/** What to put into the code, and the script that does the same without, by file name. */
export function splitFiles({ moves, across, isCdktf, importId }: SplitFilesOptions): Record<string, string> {
  if (!across) {
    const blocks = { moved: movedBlocks(moves) };
    return {
      ...(isCdktf ? { "moved.ts": asConstructs("addMoves", blocks) } : { "moved.tf": asHcl(blocks) }),
      "moves.sh": moveScript(moves),
    };
  }
  const able = moves.filter((move) => isImportable(move, importId));
  const removed = { removed: removedBlocks(able) };
  const imports = { import: importBlocks(able, importId) };
  return {
    ...(isCdktf
      ? {
          "removed.ts": asConstructs("addRemovals", removed),
          "imports.ts": asConstructs("addImports", imports),
        }
      : { "removed.tf": asHcl(removed), "imports.tf": asHcl(imports) }),
    "moves.sh": acrossScript(moves),
  };
}
