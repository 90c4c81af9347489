/** A resource or data source in a stack's state. */
export interface StackResource {
  /** Such as `aws_db_instance.orders_4F7A`. */
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  /** Every attribute by its Terraform name. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What a stack's state holds. */
export interface StackState {
  readonly resources: readonly StackResource[];
  /** Values of outputs, sensitive ones too. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Something that a plan would do. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  /** In order: `create`, `update`, `delete`; a replacement is `delete` and `create` in either order. */
  readonly actions: readonly string[];
  /** What stands now; null when it is created. */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** What shall stand; null when it is destroyed. What apply decides is missing. */
  readonly after: Readonly<Record<string, unknown>> | null;
  /** Arguments that force the replacement, if there is one. */
  readonly replaceBecauseOf: readonly string[];
}

/** A plan. */
export interface StackPlan {
  /** Changes to resources; reads of data sources and what stays as it is are left out. */
  readonly changes: readonly PlannedChange[];
  /** Names of outputs whose value changes. */
  readonly outputs: readonly string[];
  /** Terraform says "No changes". */
  readonly empty: boolean;
  /** The whole plan as `terraform show -json` gives it. Source: developer.hashicorp.com/terraform/internals/json-format */
  readonly json: unknown;
}

interface ModuleJson {
  readonly resources?: readonly StackResource[];
  readonly child_modules?: readonly ModuleJson[];
}

interface StateJson {
  readonly values?: {
    readonly root_module?: ModuleJson;
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
  };
}

interface ChangeJson {
  readonly actions: readonly string[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: ChangeJson;
  }[];
  readonly output_changes?: Readonly<Record<string, ChangeJson>>;
}

const resourcesIn = (module: ModuleJson | undefined): StackResource[] => [
  ...(module?.resources ?? []).map(({ address, mode, type, values }) => ({ address, mode, type, values })),
  ...(module?.child_modules ?? []).flatMap(resourcesIn),
];

/** Reads what `terraform show -json` prints of a state. */
export function readState(text: string): StackState {
  const { values } = JSON.parse(text) as StateJson;
  const outputs = Object.entries(values?.outputs ?? {}).map(([name, output]) => [name, output.value]);
  return {
    resources: resourcesIn(values?.root_module),
    outputs: Object.fromEntries(outputs) as StackState["outputs"],
  };
}

const changesNothing = ({ actions }: ChangeJson) =>
  actions.every((action) => action === "no-op" || action === "read");

/** Reads what `terraform show -json` prints of a saved plan. */
export function readPlan(text: string): StackPlan {
  const json = JSON.parse(text) as PlanJson;
  const changes = (json.resource_changes ?? [])
    .filter(({ change }) => !changesNothing(change))
    .map(({ address, type, change }) => ({
      address,
      type,
      actions: change.actions,
      before: change.before,
      after: change.after,
      replaceBecauseOf: (change.replace_paths ?? []).map((place) => place.join(".")),
    }));
  const outputs = Object.entries(json.output_changes ?? {})
    .filter(([, change]) => !changesNothing(change))
    .map(([name]) => name);
  return { changes, outputs, empty: changes.length === 0 && outputs.length === 0, json };
}
