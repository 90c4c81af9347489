import * as fs from "node:fs";
import * as path from "node:path";
import type { Ended } from "./command";
import { terraformError } from "./diagnostics";
import { withLocalState } from "./local-state";
import type { StandIn } from "./stand-in";
import type { Synthesis, SynthesizedStack } from "./synthesis";
import { findTerraform } from "./terraform";
import { readPlan, readState, type StackPlan, type StackState } from "./terraform-json";

export type { PlannedChange, StackPlan, StackResource, StackState } from "./terraform-json";

/** A value that Terraform takes for a variable of some type: lists, maps and objects too. */
export type VariableValue =
  string | number | boolean | readonly VariableValue[] | { readonly [name: string]: VariableValue };

/** Values for a stack's Terraform variables. */
export type Variables = Readonly<Record<string, VariableValue>>;

/** Stacks in a directory of their own, with local state. Every call throws with Terraform's own message when it fails. */
export interface Workspace {
  /** Names, in dependency order. */
  readonly stacks: readonly string[];
  /** Must come first. A stack that reads another's state can be planned once that one has been applied. */
  init(stack: string): Promise<void>;
  validate(stack: string): Promise<void>;
  plan(stack: string, variables?: Variables): Promise<StackPlan>;
  apply(stack: string, variables?: Variables): Promise<void>;
  /** Plans a stack and applies that very plan: half the work of the two apart. @returns the plan */
  deploy(stack: string, variables?: Variables): Promise<StackPlan>;
  /** Destroys everything the stack holds, as `terraform destroy`. */
  destroy(stack: string, variables?: Variables): Promise<void>;
  state(stack: string): Promise<StackState>;
}

interface Options {
  readonly synthesis: Synthesis;
  /** Created when missing; holds the stacks and their state. A second workspace there goes on from that state. */
  readonly directory: string;
  readonly standIn: StandIn;
  /** Ends a running Terraform as Ctrl-C would; the call then throws the signal's reason. @default - none */
  readonly signal?: AbortSignal;
}

const PLAN_FILE = "plan";

/** Terraform reads anything but a primitive as an expression, of which JSON is a part, but for its `${` and `%{`. */
const asExpression = (value: VariableValue) =>
  typeof value === "object" ? JSON.stringify(value).replaceAll(/[$%](?=\{)/g, "$&$&") : `${value}`;

const asArguments = (variables: Variables) =>
  Object.entries(variables).flatMap(([name, value]) => ["-var", `${name}=${asExpression(value)}`]);

/**
 * Opens synthesized stacks for the real Terraform core against a stand-in.
 *
 * @throws Error when Terraform is missing or too old, or a stack depends on state outside the app
 */
export async function openWorkspace({ synthesis, directory, standIn, signal }: Options): Promise<Workspace> {
  const place = path.resolve(directory);
  const terraform = await findTerraform({ environment: standIn.environment, signal });
  const stacks = new Map(
    withLocalState(synthesis.stacks, place, (file) => standIn.stateAddress(file)).map((stack) => [
      stack.name,
      stack,
    ]),
  );
  standIn.offerTypesBelow(place);

  function find(name: string): SynthesizedStack {
    const stack = stacks.get(name);
    if (!stack) throw new Error(`no stack "${name}"; there are ${[...stacks.keys()].join(", ")}`);
    return stack;
  }

  async function call(name: string, action: string, ...options: readonly string[]): Promise<Ended> {
    const ended = await terraform.run(find(name).directory, action, ...options);
    if (ended.code !== 0) throw terraformError(name, action, ended);
    return ended;
  }

  const savePlan = (stack: string, variables: Variables) =>
    call(stack, "plan", "-json", "-input=false", `-out=${PLAN_FILE}`, ...asArguments(variables));
  const showPlan = async (stack: string) => readPlan((await call(stack, "show", "-json", PLAN_FILE)).stdout);
  const removePlan = (stack: string) => fs.rmSync(path.join(find(stack).directory, PLAN_FILE));

  return {
    stacks: [...stacks.keys()],
    init: async (stack) => void (await call(stack, "init", "-input=false", "-no-color")),
    validate: async (stack) => void (await call(stack, "validate", "-json")),
    async plan(stack, variables = {}) {
      await savePlan(stack, variables);
      const plan = await showPlan(stack);
      removePlan(stack);
      return plan;
    },
    async deploy(stack, variables = {}) {
      await savePlan(stack, variables);
      const works = [showPlan(stack), call(stack, "apply", "-json", "-input=false", PLAN_FILE)] as const;
      // Should one of them fail, the other has ended, too, before anybody removes what it reads.
      await Promise.allSettled(works);
      const [plan] = await Promise.all(works);
      removePlan(stack);
      return plan;
    },
    apply: async (stack, variables = {}) =>
      void (await call(stack, "apply", "-json", "-auto-approve", "-input=false", ...asArguments(variables))),
    destroy: async (stack, variables = {}) =>
      void (await call(
        stack,
        "destroy",
        "-json",
        "-auto-approve",
        "-input=false",
        ...asArguments(variables),
      )),
    state: async (stack) => readState((await call(stack, "show", "-json")).stdout),
  };
}
