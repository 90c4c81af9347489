import * as fs from "node:fs";
import * as path from "node:path";
import { openCatalog } from "../offline/schema/catalog";
import { startStandIn } from "../offline/stand-in";
import { findTerraform } from "../offline/terraform";
import { terraformError } from "../offline/diagnostics";
import { readPlan, type PlannedChange } from "../offline/terraform-json";
import type { Misplaced } from "./placement";
import { movedJson } from "./moves";
import { statedConfiguration } from "./stated-configuration";
import type { StateResource } from "./state";

export interface ProofOptions {
  /** The state's text, as it is kept. */
  readonly state: string;
  readonly resources: readonly StateResource[];
  readonly moves: readonly Misplaced[];
  /** Directory of the root module as it is after the split. @default - one that asks for exactly what the state has */
  readonly configuration?: string;
  /** A directory for copies; holds what the state holds, secrets too, so the caller removes it. */
  readonly directory: string;
  readonly signal?: AbortSignal;
}

/** What the plan after the moves would do: nothing, when all is well. */
export interface Proof {
  readonly changes: readonly PlannedChange[];
}

const STATE = "terraform.tfstate";
const MOVES = "relocate-split.tf.json";

/**
 * Plans a copy of the state with the moves, by the real Terraform core and without AWS.
 *
 * @throws Error with Terraform's message when it cannot plan
 */
export async function prove(options: ProofOptions): Promise<Proof> {
  const { state, configuration, moves, directory, signal } = options;
  const place = path.join(directory, "proof");
  fs.mkdirSync(place, { recursive: true, mode: 0o700 });
  if (configuration === undefined) writeStated(options, place);
  else fs.cpSync(configuration, place, { recursive: true, filter: isConfiguration });
  if (moves.length > 0) fs.writeFileSync(path.join(place, MOVES), movedJson(moves));
  // Overrides the backend, so that no bucket is asked for.
  fs.writeFileSync(
    path.join(place, "relocate-backend_override.tf.json"),
    JSON.stringify({ terraform: { backend: { local: {} } } }),
  );
  fs.writeFileSync(path.join(place, STATE), state, { mode: 0o600 });

  const standIn = await startStandIn();
  try {
    standIn.offerTypesBelow(place);
    const terraform = await findTerraform({ environment: standIn.environment, signal });
    const call = async (action: string, ...list: string[]) => {
      const ended = await terraform.run(place, action, ...list);
      if (ended.code !== 0) throw terraformError("the split", action, ended);
      return ended.stdout;
    };
    await call("init", "-input=false", "-no-color");
    await call("plan", "-json", "-input=false", "-refresh=false", "-out=plan");
    return { changes: readPlan(await call("show", "-json", "plan")).changes };
  } finally {
    standIn.close();
  }
}

function writeStated({ resources, moves }: ProofOptions, place: string): void {
  const to = new Map(moves.map((move) => [move.resource.address, move.to]));
  const placed = resources.map(({ address, type, instances }) => ({
    address: to.get(address) ?? address,
    type,
    instances,
  }));
  for (const [module, file] of Object.entries(statedConfiguration(placed, openCatalog()))) {
    fs.mkdirSync(path.join(place, module), { recursive: true });
    fs.writeFileSync(path.join(place, module, "main.tf.json"), JSON.stringify(file));
  }
}

const isConfiguration = (file: string): boolean =>
  !/\/(\.terraform|\.terraform\.lock\.hcl|[^/]*\.tfstate[^/]*)$/.test(file);
