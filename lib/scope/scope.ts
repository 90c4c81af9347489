import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, TerraformModule, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { isAwsElement } from "./aws-element";
import { guard } from "./guards";

/** What stands below a scope gets this provider, and is held against the scope's kind. */
export interface Scope {
  readonly kind: "region" | "global";
  /** Region of the provider; `us-east-1` in the global scope. */
  readonly region: string;
  readonly provider: AwsProvider;
}

const scopes = new WeakMap<IConstruct, Scope>();
const guarded = new WeakSet<TerraformStack>();

/** Gives the scope's provider to everything below the construct, and puts its stack under guard. */
export function openScope(construct: Construct, scope: Scope): void {
  scopes.set(construct, scope);
  Aspects.of(construct).add({
    visit: (node) => {
      // A scope inside of this one has a provider of its own.
      if (scopeOf(node) !== scope) return;
      if (isAwsElement(node)) node.provider ??= scope.provider;
      // A Terraform module that is handed no provider takes one without an alias, and there is none.
      if (node instanceof TerraformModule && !node.providers) node.addProvider(scope.provider);
    },
  });
  const stack = TerraformStack.of(construct);
  if (guarded.has(stack)) return;
  guarded.add(stack);
  stack.node.addValidation({ validate: () => guard(stack, scopeOf) });
}

/** The nearest scope around a construct. */
export function scopeOf(construct: IConstruct): Scope | undefined {
  for (let node: IConstruct | undefined = construct; node; node = node.node.scope) {
    const scope = scopes.get(node);
    if (scope) return scope;
  }
  return undefined;
}
