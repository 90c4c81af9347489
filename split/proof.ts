import { startStandIn } from "../offline/stand-in";
import { findTerraform } from "../offline/terraform";
import type { Misplaced } from "./placement";
import { proveByBlocks } from "./proof-by-blocks";
import { proveByScript } from "./proof-by-script";
import type { StateResource } from "./state";

/** A state, and the code that shall fit it after the split. */
export interface Side {
  /** The state's text, as it is kept. @default - nothing is there yet */
  readonly state?: string;
  readonly resources: readonly StateResource[];
  /** Directory of the root module as it is after the split. @default - one that asks for exactly what the state has */
  readonly configuration?: string;
}

export interface ProofOptions {
  readonly from: Side;
  /** The state that the objects come to. @default - they stay in theirs */
  readonly into?: Side;
  readonly moves: readonly Misplaced[];
  /** A directory for copies; holds what the states hold, secrets too, so the caller removes it. */
  readonly directory: string;
  readonly signal?: AbortSignal;
}

/** Something that a plan after the moves would do, though it should do nothing. */
export interface Unwanted {
  readonly address: string;
  /** As Terraform names them: `create`, `update`, `delete`, `forget`; `import` for an id that leads to nothing. */
  readonly actions: readonly string[];
  /** What had moved the objects. */
  readonly by: "blocks" | "script";
  /** Which of the two states. */
  readonly side: "from" | "into";
}

/** What the plans after the moves would do: nothing, when all is well. */
export interface Proof {
  readonly changes: readonly Unwanted[];
  /** How many objects the state they come to imports. */
  readonly imported: number;
}

/**
 * Plans copies of the states with the moves, by the real Terraform core and without AWS: once with the blocks, and once after
 * the script has moved the objects.
 *
 * Cost: half a second a plan, and a sixth of a second for each object, which the script moves by a call of its own.
 *
 * @throws Error with Terraform's message when it cannot plan
 */
export async function prove(options: ProofOptions): Promise<Proof> {
  const standIn = await startStandIn({ answersFromStates: true });
  try {
    // The states that lie below are what this cloud holds, so that an import finds its object there.
    standIn.offerTypesBelow(options.directory);
    const { signal } = options;
    const terraform = await findTerraform({ environment: standIn.environment, signal });
    const byBlocks = await proveByBlocks(options, terraform);
    const byScript = await proveByScript(options, terraform);
    return { changes: [...byBlocks.changes, ...byScript], imported: byBlocks.imported };
  } finally {
    standIn.close();
  }
}
