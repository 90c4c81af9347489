import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformModule, TerraformResource, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { argument, isAwsElement, overridden, type AwsElement } from "./aws-element";
import { overlap } from "./cidr";
import { GLOBAL_REGION, isEdgePart, isGlobalType } from "./global-types";
import type { Scope } from "./scope";

type ScopeOf = (construct: IConstruct) => Scope | undefined;

/**
 * Holds a stack that contains scopes against the rules of regions. What names no provider is taken to have its scope's, as
 * it will have once the scopes have given theirs out.
 *
 * @returns one sentence a fault, each with the construct's path, what was found and the fix; empty when all is well
 */
export function guard(stack: TerraformStack, scopeOf: ScopeOf): string[] {
  const nodes = stack.node.findAll();
  const elements = nodes.filter(isAwsElement);
  return [
    ...aliasFaults(nodes.filter((node): node is AwsProvider => node instanceof AwsProvider)),
    ...elements.flatMap((element) => [
      ...placementFaults(element, scopeOf(element) ?? scopeOfProvider(element, scopeOf)),
      ...providerFaults(element, scopeOf(element), stack),
    ]),
    ...nodes
      .filter((node): node is TerraformModule => node instanceof TerraformModule)
      .flatMap((module) => moduleFaults(module, scopeOf(module), stack)),
    ...cidrFaults(nodes.filter((node): node is Vpc => node instanceof Vpc)),
  ];
}

/** What stands in no scope but names a scope's provider lands where that scope does, so the same holds for it. */
function scopeOfProvider({ provider }: AwsElement, scopeOf: ScopeOf): Scope | undefined {
  const scope = provider && scopeOf(provider);
  return scope?.provider === provider ? scope : undefined;
}

/** Terraform takes two providers of one name for one and the same, and one without a name for everybody's. */
function aliasFaults(providers: readonly AwsProvider[]): string[] {
  const faults: string[] = [];
  const first = new Map<string, AwsProvider>();
  for (const provider of providers) {
    const path = provider.node.path;
    if (!provider.alias) {
      faults.push(
        `${path}: this AWS provider has no alias, so whatever names no provider goes to its region. ` +
          `Fix: remove it and put its resources below a RegionScope or a GlobalScope, or give it an alias.`,
      );
      continue;
    }
    const earlier = first.get(provider.alias);
    if (earlier) {
      faults.push(
        `${path}: the alias "${provider.alias}" is already that of ${earlier.node.path}. ` +
          `Fix: one scope a region and stack; put both halves below it, or give one provider another alias.`,
      );
    } else {
      first.set(provider.alias, provider);
    }
  }
  return faults;
}

function placementFaults(element: AwsElement, scope: Scope | undefined): string[] {
  // Data sources only read; they make nothing in the wrong place.
  if (!scope || !TerraformResource.isTerraformResource(element)) return [];
  const type = element.terraformResourceType;
  const path = element.node.path;
  if (scope.kind === "region" && isGlobalType(type)) {
    return [
      `${path}: ${type} exists once per account, but stands in the region scope ${scope.region}; ` +
        `a second region would make it a second time. Fix: create it below a GlobalScope and hand its ARN or name to the module.`,
    ];
  }
  if (scope.kind === "global" && !isGlobalType(type) && !isEdgePart(type, argument(element, "scopeInput"))) {
    return [
      `${path}: ${type} is regional, but stands in the global scope. ` +
        `Fix: create it below the RegionScope of the region it belongs to.`,
    ];
  }
  const wafScope = argument(element, "scopeInput");
  if (wafScope === "CLOUDFRONT" && isEdgePart(type, wafScope) && scope.region !== GLOBAL_REGION) {
    return [
      `${path}: ${type} is for CloudFront, but stands in the region scope ${scope.region}; CloudFront looks for it in ` +
        `${GLOBAL_REGION} only. Fix: create it below a GlobalScope.`,
    ];
  }
  const region = overridden(element, "region") ?? argument(element, "regionInput");
  if (typeof region === "string" && !Token.isUnresolved(region) && region !== scope.region) {
    return [
      `${path}: ${type} asks for region ${region}, but stands in the scope of ${scope.region}. ` +
        `Fix: leave out "region" and create it below the RegionScope of ${region}.`,
    ];
  }
  return [];
}

function providerFaults(element: AwsElement, scope: Scope | undefined, stack: TerraformStack): string[] {
  const path = element.node.path;
  const provider = element.provider ?? scope?.provider;
  if (!provider) {
    return [
      `${path}: ${element.terraformResourceType} stands in no scope and names no provider, so it would land in the region ` +
        `of whoever runs Terraform. Fix: create it below a RegionScope or a GlobalScope.`,
    ];
  }
  const owner = TerraformStack.of(provider);
  if (owner !== stack) {
    return [
      `${path}: the provider ${provider.node.path} belongs to the stack ${owner.node.path}; in ${stack.node.path} that ` +
        `reference leads nowhere. Fix: open a scope for the region in ${stack.node.path} and leave out "provider".`,
    ];
  }
  const override = overridden(element, "provider");
  const named = typeof override === "string" ? override : provider.fqn;
  if (scope && named !== scope.provider.fqn) {
    const found = typeof override === "string" ? override : provider.node.path;
    return [
      `${path}: ${element.terraformResourceType} names the provider ${found}, but stands in the scope of ` +
        `${scope.region}. Fix: leave out "provider", or create it below the scope that provider belongs to.`,
    ];
  }
  return [];
}

/** A Terraform module cannot be looked into; what can be held against the scope is the provider it is handed. */
function moduleFaults(module: TerraformModule, scope: Scope | undefined, stack: TerraformStack): string[] {
  const path = module.node.path;
  const providers = module.providers ?? (scope ? [scope.provider] : undefined);
  if (!providers) {
    return [
      `${path}: this Terraform module stands in no scope and is handed no provider, so its resources would land in the ` +
        `region of whoever runs Terraform. Fix: create it below a RegionScope or a GlobalScope, or give it "providers".`,
    ];
  }
  return providers
    .map((handed) => ("moduleAlias" in handed ? handed.provider : handed))
    .filter((provider): provider is AwsProvider => provider instanceof AwsProvider)
    .filter((provider) => TerraformStack.of(provider) !== stack || (scope && provider !== scope.provider))
    .map(
      (provider) =>
        `${path}: this Terraform module is handed the provider ${provider.node.path}, which is not that of its own scope ` +
        `and stack. Fix: leave out "providers", or create it below the scope that provider belongs to.`,
    );
}

/** Two networks with a common address cannot be peered. */
function cidrFaults(vpcs: readonly Vpc[]): string[] {
  return vpcs.flatMap((vpc, index) =>
    vpcs
      .slice(0, index)
      .filter((other) => literal(vpc) && literal(other) && overlap(literal(vpc)!, literal(other)!))
      .map(
        (other) =>
          `${vpc.node.path}: the block ${literal(vpc)} overlaps ${literal(other)} of ${other.node.path}, so the two regions ` +
          `cannot be peered. Fix: give one of the networks another block.`,
      ),
  );
}

function literal(vpc: Vpc): string | undefined {
  return vpc.cidrBlockInput && !Token.isUnresolved(vpc.cidrBlockInput) ? vpc.cidrBlockInput : undefined;
}
