import { MANIFEST_OUTPUT, parseManifestPart, type PartOf, type Phase } from "../lib/manifest";
import type { StackPlan, StackState, Variables, Workspace } from "../offline/workspace";
import type { States } from "./state";

/** The phase stacks of one relocation, applied by the real Terraform core. */
export interface PhaseStacks {
  /** Name of the phase's stack. */
  nameOf(phase: Phase): string;
  /** Applies one phase and reads its state anew. */
  apply(phase: Phase, variables?: Variables): Promise<void>;
  plan(phase: Phase, variables?: Variables): Promise<StackPlan>;
  /** State of every stack applied so far. */
  readonly states: States;
  /** What an applied phase tells the runbook. */
  part<P extends Phase>(phase: P): PartOf<P>;
}

/**
 * Finds the phase stacks of an app.
 *
 * @throws Error when a phase has no stack, or more than one
 */
export function openPhaseStacks(workspace: Workspace): PhaseStacks {
  const names = findPhases(workspace.stacks);
  const states: Record<string, StackState> = {};
  return {
    states,
    nameOf: (phase) => names[phase],
    async apply(phase, variables) {
      const name = names[phase];
      await workspace.init(name);
      await workspace.apply(name, variables);
      states[name] = await workspace.state(name);
    },
    plan: (phase, variables) => workspace.plan(names[phase], variables),
    part<P extends Phase>(phase: P) {
      const name = names[phase];
      const part = parseManifestPart(
        states[name]?.outputs[MANIFEST_OUTPUT],
        `${name}: output ${MANIFEST_OUTPUT}`,
      );
      if (part.phase !== phase) throw new Error(`${name}: its manifest is the one of phase "${part.phase}"`);
      // The discriminator was just compared; the compiler does not follow it through the type parameter.
      return part as PartOf<P>;
    },
  };
}

const PHASES = ["standby", "replication", "cutover", "decommission"] as const;

function findPhases(stacks: readonly string[]): Record<Phase, string> {
  const faults: string[] = [];
  const names = PHASES.map((phase) => {
    const found = stacks.filter((name) => name === phase || name.endsWith(`-${phase}`));
    if (found.length !== 1)
      faults.push(`  ${phase}: found ${found.join(" and ") || "none"}, expected one stack`);
    return [phase, found[0] ?? ""];
  });
  if (faults.length > 0) {
    const all = stacks.join(", ") || "none";
    throw new Error([`The app's stacks are not those of one relocation (${all}):`, ...faults].join("\n"));
  }
  return Object.fromEntries(names) as Record<Phase, string>;
}
