import { SIDES, type Side } from "../../runbook/side";
import type { JobGate } from "../../runbook/world";

type Call = <T>(effect: () => T) => Promise<T>;

/** Jobs that run by themselves on either side. */
export class SimulatedJobs {
  readonly on: Record<Side, Set<string>>;

  constructor(private readonly names: readonly string[]) {
    this.on = { source: new Set(names), target: new Set() };
  }

  /** As a runbook turns them. An HTTP call has its effect before it is given up, or never: none comes late. */
  gates(call: Call): JobGate[] {
    return this.names.map((name) => ({
      name,
      kind: "worker",
      sides: SIDES,
      isOn: (side) => call(() => this.on[side].has(name)),
      turnOff: (side) => call(() => void this.on[side].delete(name)),
      atWork: () => call(() => []),
      turnOn: (side) => call(() => void this.on[side].add(name)),
    }));
  }

  areOnAtBoth(): boolean {
    return this.names.some((name) => this.on.source.has(name) && this.on.target.has(name));
  }

  /** Whether all are on at a side. */
  areOn(side: Side): boolean {
    return this.names.every((name) => this.on[side].has(name));
  }
}
