import * as path from "node:path";
import { MANIFEST_OUTPUT, parseManifestPart, type ManifestPart, type Phase } from "../lib/manifest";
import { isGlobalType } from "../lib/scope/global-types";
import type { PlanFile } from "./plan-file";
import type { ResourceChange, StateModule } from "./plan-json";
import { providerRegions } from "./provider-region";

/** Attributes by their Terraform names. */
export type Values = Readonly<Record<string, unknown>>;

/** What a plan does to an object. */
export type ChangeKind = "create" | "update" | "replace" | "destroy" | "forget" | "none";

/** One managed object of a plan, also when nothing happens to it. */
export interface ReviewedObject {
  /** Name of the stack, or of the plan's file. */
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly kind: ChangeKind;
  /** As it stands. @default - it is created */
  readonly before?: Values;
  /** As it shall stand, without what only apply knows. @default - it is destroyed or forgotten */
  readonly after?: Values;
  /** `true` where an attribute's value is known after apply only. */
  readonly unknown: Values;
  /** Region; `global` for what exists once per account. @default - the plan does not tell */
  readonly region?: string;
  /** Arguments that force the replacement, if there is one. */
  readonly replaceBecauseOf: readonly string[];
}

/** One plan as the rules see it. */
export interface ReviewedPlan {
  readonly stack: string;
  readonly file: string;
  /** Made without AWS: of some types it is not known which changes replace. */
  readonly isOffline: boolean;
  /** Terraform says that there is more to do than this plan shows. */
  readonly isPartial: boolean;
  readonly objects: readonly ReviewedObject[];
  /** Values of Terraform variables. */
  readonly variables: Values;
  /** Outputs as they shall stand. */
  readonly outputs: Values;
  /** Names of outputs that change. */
  readonly changedOutputs: readonly string[];
  /** What data sources said before the plan. */
  readonly read: readonly { readonly type: string; readonly values: Values }[];
  /** The part of the relocation's manifest. @default - no phase stack of a relocation, or known after apply only */
  readonly manifest?: ManifestPart;
  /** @default - no phase stack */
  readonly phase?: Phase;
}

const KINDS: readonly (readonly [action: string, kind: ChangeKind])[] = [
  ["update", "update"],
  ["create", "create"],
  ["delete", "destroy"],
  ["forget", "forget"],
];

/** Two actions, in either order, are a replacement: an object goes, or is forgotten, and another one comes. */
function kindOf(actions: readonly string[]): ChangeKind {
  if (actions.length > 1) return "replace";
  return KINDS.find(([action]) => actions.includes(action))?.[1] ?? "none";
}

/**
 * Reads from plans what the rules ask for.
 *
 * @throws Error that lists every plan whose manifest is not what this release reads
 */
export function reviewedPlans(files: readonly PlanFile[]): ReviewedPlan[] {
  const faults: string[] = [];
  const plans = files.flatMap((file) => {
    try {
      return [reviewedPlan(file)];
    } catch (error) {
      faults.push((error as Error).message);
      return [];
    }
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return plans;
}

/** Reads from a plan what the rules ask for. @throws Error when its manifest is not what this release reads */
export function reviewedPlan({ file, json }: PlanFile): ReviewedPlan {
  const outputs = valuesOf(json.planned_values.outputs);
  const manifest = manifestOf(outputs, valuesOf(json.prior_state?.values?.outputs), file);
  const stack = manifest ? `${manifest.workload}-${manifest.phase}` : nameOf(file);
  const regions = providerRegions(json);
  const objects = (json.resource_changes ?? []).flatMap((one): ReviewedObject[] =>
    one.mode === "managed" ? [reviewedObject(one, stack, regions)] : [],
  );
  return {
    stack,
    file,
    isOffline: json.made_offline ?? false,
    isPartial: json.complete === false,
    objects,
    variables: valuesOf(json.variables),
    outputs,
    changedOutputs: Object.entries(json.output_changes ?? {})
      .filter(([, { actions }]) => actions.some((action) => action !== "no-op"))
      .map(([name]) => name),
    read: dataIn(json.prior_state?.values?.root_module),
    manifest,
    phase: manifest?.phase ?? phaseIn(stack),
  };
}

function reviewedObject(
  { address, type, change }: ResourceChange,
  stack: string,
  regions: (address: string) => string | undefined,
): ReviewedObject {
  const { before, after, after_unknown: unknown } = change;
  const named = [after, before].map((values) => values?.region).find((region) => typeof region === "string");
  return {
    stack,
    address,
    type,
    kind: kindOf(change.actions),
    before: before ?? undefined,
    after: after ?? undefined,
    unknown: typeof unknown === "object" && unknown !== null ? (unknown as Values) : {},
    region: isGlobalType(type) ? "global" : (named ?? regions(address)),
    replaceBecauseOf: (change.replace_paths ?? []).map((steps) => steps.join(".")),
  };
}

const valuesOf = (named: Readonly<Record<string, { readonly value?: unknown }>> | undefined): Values =>
  Object.fromEntries(Object.entries(named ?? {}).map(([name, { value }]) => [name, value]));

function dataIn(module: StateModule | undefined): { type: string; values: Values }[] {
  const own = (module?.resources ?? [])
    .filter(({ mode }) => mode === "data")
    .map(({ type, values = {} }) => ({ type, values }));
  return [...own, ...(module?.child_modules ?? []).flatMap(dataIn)];
}

/** In a first plan much of the manifest is known after apply only; later ones carry the last one that was applied. */
function manifestOf(planned: Values, prior: Values, file: string): ManifestPart | undefined {
  const value = planned[MANIFEST_OUTPUT] ?? prior[MANIFEST_OUTPUT];
  return value === undefined || value === null
    ? undefined
    : parseManifestPart(value, `${file}: output ${MANIFEST_OUTPUT}`);
}

const PHASES: readonly Phase[] = ["standby", "replication", "cutover", "decommission"];

const phaseIn = (stack: string): Phase | undefined => PHASES.find((phase) => stack.endsWith(`-${phase}`));

/** `plan.json` says nothing: then the directory's name does. */
function nameOf(file: string): string {
  const { name, dir } = path.parse(path.resolve(file));
  const plain = name.replace(/\.(tf)?plan$/, "");
  return /^(tf)?plan$/.test(plain) ? path.basename(dir) : plain;
}
