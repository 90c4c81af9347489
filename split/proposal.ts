import { importId } from "../offline/provider/import-ids";
import { isImportable, withoutKeys } from "./blocks";
import { splitFiles } from "./files";
import { cdktfName, type ConstructPlaces } from "./place";
import { type Misplaced, misplaced } from "./placement";
import { parseState, parseStateOfOthers, type State } from "./state";

/** A state's text, and where it stands, for messages. */
export interface StateText {
  readonly text: string;
  readonly from: string;
}

export interface ProposalOptions {
  readonly state: StateText;
  /** Paths of the stack's constructs. @default - CDKTF's addresses are read by their form */
  readonly constructs?: ConstructPlaces;
  /** The state that the objects go to; its text may be empty. @default - they stay in theirs */
  readonly into?: StateText;
  /** New addresses by old ones, where the code has decided. @default - all are proposed */
  readonly decided?: ReadonlyMap<string, string>;
  /** The kind of resources that move. @default - both */
  readonly only?: "global" | "regional";
}

/** What goes where, before it is proven. */
export interface Proposal {
  readonly state: State;
  readonly into?: State;
  readonly moves: readonly Misplaced[];
  /** By file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly isCdktf: boolean;
  /** Moves across states for which no `import` block can be written, and which the blocks leave where they are. */
  readonly notImportable: readonly Misplaced[];
}

/** @throws Error that lists what is wrong with a state, and what cannot be placed */
export function propose({
  state: source,
  constructs,
  into: target,
  decided,
  only,
}: ProposalOptions): Proposal {
  const state = parseState(source.text, source.from);
  const into = target && parseStateOfOthers(target.text, target.from);
  if (into?.lineage !== undefined && into.lineage === state.lineage)
    throw new Error(`${target?.from ?? ""}: is the same state as ${source.from}; expected the other one`);
  const taken = into?.resources.map(({ address }) => address);
  const moves = misplaced(state.resources, { constructs, taken, decided, only });
  if (into) refusePartial(state, moves);
  const isCdktf =
    constructs !== undefined ||
    moves.some(({ resource: { module, name } }) => module === "" && cdktfName(name) !== undefined);
  return {
    state,
    into,
    moves,
    isCdktf,
    files: moves.length === 0 ? {} : splitFiles({ moves, across: into !== undefined, isCdktf, importId }),
    notImportable: into ? moves.filter((move) => !isImportable(move, importId)) : [],
  };
}

/** @throws Error that lists what a `removed` block, which takes no keys, would make a state forget with what moves */
function refusePartial({ resources }: State, moves: readonly Misplaced[]): void {
  const moving = new Set(moves.map(({ resource }) => resource.address));
  const forgotten = new Set([...moving].map(withoutKeys));
  const faults = resources.flatMap(({ address }) =>
    forgotten.has(withoutKeys(address)) && !moving.has(address)
      ? [`${address}: stays, but shares its code with what goes to the other state: split the code first`]
      : [],
  );
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
