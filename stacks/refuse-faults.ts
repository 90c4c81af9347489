import type { IConstruct } from "constructs";

/** What the constructs below say is wrong with them, each fault once. */
export function faultsBelow(construct: IConstruct): string[] {
  return [...new Set(construct.node.findAll().flatMap(({ node }) => node.validate()))];
}

/** @throws Error that lists every fault, unless there is none */
export function refuseFaults(workload: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new Error([`the relocation of "${workload}" cannot be synthesized:`, ...faults].join("\n  "));
}
