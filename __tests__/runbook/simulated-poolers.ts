import { SIDES, type Side } from "../../runbook/side";
import type { Poolers } from "../../runbook/world";

interface Instance {
  readonly name: string;
  side: Side;
  paused: boolean;
}

/** Makes a call to the world, with whatever happens to it. */
type Call = <T>(effect: () => T) => Promise<T>;

/** An instance of a pooler in each region. */
export class SimulatedPoolers {
  readonly instances: readonly Instance[] = SIDES.map((name) => ({ name, side: "source", paused: false }));
  private staged: Side = "source";

  /** As a runbook drives them. */
  driven(call: Call): Poolers {
    const each = async <T>(effect: (instance: Instance) => T): Promise<T[]> => {
      const settled = await Promise.allSettled(this.instances.map((one) => call(() => effect(one))));
      return settled.map((one) => {
        if (one.status === "rejected") throw one.reason;
        return one.value;
      });
    };
    return {
      preflight: () => call(() => []),
      stage: (side) => call(() => void (this.staged = side)),
      warm: () => call(() => undefined),
      pause: async () => void (await each((one) => (one.paused = true))),
      release: async (side) => {
        const settled = await each((one) => one.side);
        if (settled.some((one) => one !== side)) await each((one) => this.reload(one, side));
        await each((one) => (one.paused = false));
      },
      probe: () => each(({ name, side, paused }) => ({ vantagePoint: name, side, paused })),
      close: () => Promise.resolve(),
    };
  }

  /** What the task of each instance does after a time. */
  endLostPauses(writer: Side): void {
    for (const one of this.instances) if (one.paused) Object.assign(one, { side: writer, paused: false });
  }

  /** How many instances let a statement through to a gate that is closed. */
  failingAt(isOpen: (side: Side) => boolean): number {
    return this.instances.filter(({ side, paused }) => !paused && !isOpen(side)).length;
  }

  /** Whether every instance leads to a side and holds nothing. */
  lead(side: Side): boolean {
    return this.instances.every((one) => one.side === side && !one.paused);
  }

  private reload(instance: Instance, side: Side): void {
    if (instance.side === side) return;
    if (this.staged !== side) throw new Error(`the ${side} is not staged`);
    instance.side = side;
  }
}
