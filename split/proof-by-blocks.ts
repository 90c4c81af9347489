import { join } from "node:path";
import { importId } from "../offline/provider/import-ids";
import type { Terraform } from "../offline/terraform";
import type { StackPlan } from "../offline/terraform-json";
import { importBlocks, index, isImportable, movedBlocks, removedBlocks, withoutKeys } from "./blocks";
import { modulesAfter } from "./modules-after";
import type { Misplaced } from "./placement";
import { planned } from "./planned";
import type { Proof, ProofOptions, Unwanted } from "./proof";
import { layRootModule, type RootModule } from "./root-module";

/** Plans what the blocks do. With an import id that is not known an object stays in its state. */
export async function proveByBlocks(options: ProofOptions, terraform: Terraform): Promise<Proof> {
  const { from, into, directory } = options;
  const lay = (side: Unwanted["side"], module: RootModule) =>
    layRootModule(module, join(directory, "blocks", side));
  const moves = into ? options.moves.filter((move) => isImportable(move, importId)) : options.moves;
  const after = modulesAfter({ from, into, moves });
  if (!after.into) {
    const place = lay("from", { ...after.from, blocks: { moved: movedBlocks(moves) } });
    return { changes: unwanted(await planned(terraform, place), "from"), imported: 0 };
  }
  const left = lay("from", { ...after.from, blocks: { removed: removedBlocks(moves) } });
  const other = lay("into", { ...after.into, blocks: { import: importBlocks(moves, importId) } });
  const come = await planned(terraform, other);
  const imports = importedBy(come);
  return {
    changes: [
      ...unwanted(await planned(terraform, left), "from", moves),
      ...unwanted(come, "into"),
      ...notFound(moves, imports),
    ],
    imported: imports.size,
  };
}

/** Changes that no move asks for; a state that is left may forget what has moved. */
function unwanted(plan: StackPlan, side: Unwanted["side"], forgotten: readonly Misplaced[] = []): Unwanted[] {
  const may = new Set(forgotten.map(({ resource }) => withoutKeys(resource.address)));
  return plan.changes
    .filter(({ address, actions }) => actions.join() !== "forget" || !may.has(withoutKeys(address)))
    .map(({ address, actions }) => ({ address, actions, by: "blocks", side }));
}

type Values = Readonly<Record<string, unknown>>;

/** What a plan imports, as it found it, by address. */
function importedBy({ json }: StackPlan): ReadonlyMap<string, Values> {
  const { resource_changes: changes = [] } = json as {
    readonly resource_changes?: readonly {
      readonly address: string;
      readonly change: { readonly importing?: unknown; readonly before: Values | null };
    }[];
  };
  return new Map(
    changes.flatMap(({ address, change }) =>
      change.importing === undefined ? [] : [[address, change.before ?? {}]],
    ),
  );
}

/** An import must find the very object that the other state had: every text of it has to be the same. */
function notFound(moves: readonly Misplaced[], imports: ReadonlyMap<string, Values>): Unwanted[] {
  return moves.flatMap(({ resource, to }) =>
    resource.instances.flatMap(({ key, attributes }): Unwanted[] => {
      const address = `${to}${index(key)}`;
      const found = imports.get(address);
      const isSame =
        found !== undefined &&
        Object.entries(attributes).every(
          ([name, value]) => typeof value !== "string" || found[name] === value,
        );
      return isSame ? [] : [{ address, actions: ["import"], by: "blocks", side: "into" }];
    }),
  );
}
