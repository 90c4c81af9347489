import { otherSide, type Side } from "../../runbook/side";
import type { Gate, WriteSwitch } from "../../runbook/write-switch";

/** Two gates as the SQL functions of the runbook rule them, and what their sides have. */
export interface Database {
  readonly gates: Record<Side, { open: boolean; epoch: number; opened: number; given: number }>;
  /** Number of acknowledged writes each side has. */
  readonly writes: Record<Side, number>;
}

/** The parts of a handover in order, and what comes in their place when the servers end it. */
export interface Parts {
  readonly inOrder: readonly [close: () => void, give: () => void, arrive: () => void];
  readonly giveUp: () => void;
  readonly refuse: () => void;
}

/** What a simulated database needs of the world that it is in. */
export interface Surroundings {
  readonly violations: string[];
  call<T>(effect: () => T, more?: { readonly parts?: Parts }): Promise<T>;
  change<T>(effect: () => T): T | undefined;
}

/** One where the source is the writer. */
export const newDatabase = (): Database => ({
  gates: {
    source: { open: true, epoch: 0, opened: 0, given: -1 },
    target: { open: false, epoch: 0, opened: -1, given: -1 },
  },
  writes: { source: 0, target: 0 },
});

/** The side that takes writes; `undefined` when none or both do. */
export function writerOf({ gates }: Database): Side | undefined {
  if (gates.source.open === gates.target.open) return undefined;
  return gates.source.open ? "source" : "target";
}

export function simulatedSwitch(
  name: string,
  database: Database,
  to: Side,
  world: Surroundings,
): WriteSwitch {
  const from = otherSide(to);
  const { gates, writes } = database;
  const holds = (side: Side): boolean => gates[side].opened > gates[side].given;
  const gate = (side: Side): Gate => ({ side, holds: holds(side), ...gates[side] });
  const takeBack = (epoch: number, refused: boolean): boolean => {
    const mine = gates[from];
    if (mine.epoch > epoch || (!holds(from) && !(refused && mine.given === epoch))) return holds(from);
    Object.assign(mine, { open: true, given: -1, epoch });
    return true;
  };
  const handOver = (epoch: number): Parts => {
    let carried = 0;
    return {
      inOrder: [
        () => {
          if (!gates[from].open || gates[from].epoch !== epoch - 1) throw new Error("taken back");
          Object.assign(gates[from], { open: false, epoch });
        },
        () => {
          if (!holds(from) || gates[from].open || gates[from].epoch !== epoch)
            throw new Error("taken back while it waited");
          gates[from].given = epoch;
          carried = writes[from];
        },
        () => {
          if (holds(to) || gates[to].epoch >= epoch) throw new Error("refused before it came");
          writes[to] = Math.max(writes[to], carried);
          Object.assign(gates[to], { open: true, epoch, opened: epoch });
          if (writes[to] !== writes[from])
            world.violations.push(`${name}: opened without ${writes[from]} writes`);
        },
      ],
      giveUp: () => takeBack(epoch, false),
      refuse: () => void (gates[to].epoch = Math.max(gates[to].epoch, epoch)),
    };
  };
  return {
    name,
    from,
    to,
    preflight: () => world.call(() => []),
    lag: () => world.call(() => 0),
    lagActions: () => [],
    proveReverse: () => world.call(() => undefined),
    proveReverseActions: () => Promise.resolve([]),
    warm: () => world.call(() => undefined),
    gate: (part) => world.call(() => gate(part === "from" ? from : to)),
    handOverActions: () => [],
    handOver: (epoch) => {
      const parts = handOver(epoch);
      return world.call(
        () => {
          // Each part is a commit of its own: the world is looked at after each.
          for (const part of parts.inOrder) world.change(part);
          return { waitedFor: 0, sentAway: 0 };
        },
        { parts },
      );
    },
    takeBack: (epoch, refused) => world.call(() => takeBack(epoch, refused)),
    refuse: (epoch) =>
      world.call(() => {
        if (holds(to) || gates[to].opened >= epoch) return false;
        gates[to].epoch = Math.max(gates[to].epoch, epoch);
        return true;
      }),
    close: () => Promise.resolve(),
  };
}
