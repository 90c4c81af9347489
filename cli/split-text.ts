import type { Proposal } from "../split/proposal";
import type { Proof } from "../split/proof";

/** What is told of a split. */
export interface Told {
  readonly proposal: Proposal;
  readonly proof: Proof;
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** Whether the plans were of a configuration made up from the state. */
  readonly isMadeUp: boolean;
}

/** The outcome as text, with what to do next. */
export function describeSplit(told: Told): string {
  const { moves, state } = told.proposal;
  const all = state.resources.length;
  if (moves.length === 0) return `All ${all} resources stand where they belong.\n`;
  const lines = moves.flatMap(({ resource, to, path, why }) => [
    resource.address,
    `  -> ${to}${path ? `   construct ${path.join("/")}` : ""}   (${why})`,
  ]);
  return [
    ...lines,
    "",
    `${moves.length} of ${all} resources move. Written: ${told.files.join(", ")}`,
    ...whatToDo(told.proposal),
    ...limits(told),
    ...proven(told),
    "",
  ].join("\n");
}

function whatToDo({ isCdktf, into, moves }: Proposal): string[] {
  const lines = into
    ? isCdktf
      ? [
          "CDKTF: make each construct in the other stack, at the path above. Call addRemovals(stack) at the end of this stack's",
          "constructor and addImports(stack) at the end of the other's; on one construct importFrom(id) does the same.",
          "Deploy the other stack first, then this one; then take both calls out.",
        ]
      : [
          "Put imports.tf into the root module they come to and apply it first; then removed.tf into this one.",
        ]
    : isCdktf
      ? [
          "CDKTF: make each construct at its path above and call addMoves(stack) at the end of the stack's constructor; on one",
          "construct moveFromId(<old address>) does the same. Deploy, then take the call out.",
        ]
      : ["Put moved.tf into the root module, beside the code at its new place, and apply."];
  const withoutPath = isCdktf && moves.some(({ path }) => path === undefined);
  return [
    ...lines,
    ...(withoutPath
      ? [
          "A state does not tell the paths of constructs: to keep the addresses above, call overrideLogicalId(<name>) on each; with",
          "--stack <directory> they are those that CDKTF gives.",
        ]
      : []),
    "Or, in place of the blocks: moves.sh, which says how to run it.",
  ];
}

function limits({ proposal: { notImportable, state, into }, isMadeUp }: Told): string[] {
  const others = [...state.others, ...(into?.others ?? [])];
  return [
    ...(notImportable.length > 0
      ? [
          "No import id is known here for these, so the blocks leave them in their state (moves.sh takes them along); for a block of",
          'your own see "Import" in the documentation of the type:',
          ...notImportable.map(({ resource }) => `  ${resource.address}`),
        ]
      : []),
    ...(isMadeUp && others.length > 0
      ? [`Of other providers, they stay and are no part of the proof without --config: ${others.join(", ")}`]
      : []),
  ];
}

function proven({ proposal: { into }, proof: { changes, imported }, isMadeUp }: Told): string[] {
  if (changes.length === 0) {
    const copies = into ? "copies of both states" : "a copy of the state";
    const came = into ? ` Imported: ${imported}.` : "";
    return [`Proven offline on ${copies}, by the blocks and by moves.sh: No changes.${came}`];
  }
  const mend = isMadeUp ? "mend the moves first" : "mend the code or the moves first";
  return [
    `The plan on a copy would change something; ${mend}:`,
    ...changes.map(
      ({ address, actions, by, side }) =>
        `  ${address}: ${actions.join(" and ")} (after ${by === "blocks" ? "the blocks" : "moves.sh"}${into ? `, in the state they ${side === "from" ? "leave" : "come to"}` : ""})`,
    ),
  ];
}

/** The outcome for programs. */
export const splitAsJson = ({ proposal, proof, files }: Told): object => ({
  moves: proposal.moves.map(({ resource, to, path, why }) => ({
    from: resource.address,
    to,
    ...(path ? { constructPath: path.join("/") } : {}),
    why,
  })),
  files,
  changes: proof.changes,
  imported: proof.imported,
  importIdUnknown: proposal.notImportable.map(({ resource }) => resource.address),
  otherProviders: [...proposal.state.others, ...(proposal.into?.others ?? [])],
});
