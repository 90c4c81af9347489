import type { Journal, JournalEntry } from "../../runbook/journal";
import { otherSide, type Side } from "../../runbook/side";
import type { EdgeSwitch } from "../../runbook/world";
import type { Gate, WriteSwitch } from "../../runbook/write-switch";

/**
 * What happens to one call to the world.
 * refused: fails, no effect. unanswered: takes effect, then fails. hangs: no effect, no answer.
 * late: no answer, and the effect comes some calls later. half: as late, but the fence closes the gate at once.
 * crash before, crash after: the process is gone. interrupt: Ctrl-C meanwhile.
 */
export type FaultKind =
  "refused" | "unanswered" | "hangs" | "late" | "half" | "crash before" | "crash after" | "interrupt";

export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
  /** For "late" and "half": how many calls later. */
  readonly delay: number;
}

interface Database {
  readonly gates: Record<Side, { open: boolean; epoch: number; opened: number }>;
  /** Number of acknowledged writes each side has. */
  readonly writes: Record<Side, number>;
  /** What the sender had written when it sent the marker, by epoch. */
  readonly markers: Map<number, number>;
  readonly drained: Record<Side, Set<number>>;
}

/** Thrown into nothing: the process has died, so nobody hears of it. */
const never = new Promise<never>(() => undefined);

/**
 * Two sides of some databases as the SQL functions of the runbook rule them, with an application that writes to
 * whichever gate is open, before every single call. It fails the moment that two gates are open, or that one opens on
 * a side which lacks an acknowledged write.
 */
export class SimulatedWorld {
  readonly journalEntries: JournalEntry[] = [];
  readonly violations: string[] = [];
  /** Distinct states that were seen. */
  readonly states = new Set<string>();
  calls = 0;
  /** Calls that came late and were refused, as they should be. */
  refusedLate = 0;
  edgeSide: Side = "source";
  private readonly databases: Map<string, Database>;
  private process = new AbortController();
  private interruption = new AbortController();
  private readonly late: { at: number; effect: () => void }[] = [];

  constructor(
    names: readonly string[],
    private readonly faults: readonly Fault[] = [],
  ) {
    this.databases = new Map(
      names.map((name) => [
        name,
        {
          gates: {
            source: { open: true, epoch: 0, opened: 0 },
            target: { open: false, epoch: 0, opened: -1 },
          },
          writes: { source: 0, target: 0 },
          markers: new Map<number, number>(),
          drained: { source: new Set<number>(), target: new Set<number>() },
        },
      ]),
    );
  }

  /** Settles when the process that runs now dies. */
  get death(): Promise<"dead"> {
    const { signal } = this.process;
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve("dead")));
  }

  /** A new process of the operator; what the last one has sent may still arrive. */
  newProcess(): AbortSignal {
    this.process = new AbortController();
    this.interruption = new AbortController();
    return this.interruption.signal;
  }

  /** The side that takes writes; `undefined` when none or several do. */
  writer(): Side | undefined {
    const sides = [...this.databases.values()].map(({ gates }) =>
      gates.source.open === gates.target.open ? undefined : gates.source.open ? "source" : "target",
    );
    return sides.every((side) => side === sides[0]) ? sides[0] : undefined;
  }

  /** Everything that was sent arrives. */
  settle(): void {
    for (const { effect } of this.late.splice(0)) this.arriveLate(effect);
  }

  switchTo(to: Side): WriteSwitch[] {
    return [...this.databases].map(([name, database]) => this.databaseSwitch(name, database, to));
  }

  edge(): EdgeSwitch {
    return {
      current: () => this.call(() => this.edgeSide),
      point: (side) => this.call(() => void (this.edgeSide = side)),
      probe: () => this.call(() => [{ vantagePoint: "one", side: this.edgeSide }]),
    };
  }

  journal(): Journal {
    const entries = [...this.journalEntries];
    return {
      entries,
      append: (...notes) =>
        this.call(() => {
          const stamped = notes.map((note): JournalEntry => ({ version: 1, at: "", ...note }));
          entries.push(...stamped);
          this.journalEntries.push(...stamped);
        }),
      close: () => Promise.resolve(),
    };
  }

  private databaseSwitch(name: string, database: Database, to: Side): WriteSwitch {
    const from = otherSide(to);
    const { gates, writes, markers, drained } = database;
    const gate = (side: Side): Gate => ({ side, ...gates[side] });
    const close = (epoch: number): void => {
      if (gates[from].epoch > epoch || (gates[from].epoch === epoch && gates[from].open))
        throw new Error("taken back");
      Object.assign(gates[from], { open: false, epoch });
    };
    const mark = (epoch: number): void => {
      if (gates[from].open || gates[from].epoch !== epoch) throw new Error("taken back while it waited");
      if (!markers.has(epoch)) markers.set(epoch, writes[from]);
    };
    return {
      name,
      from,
      to,
      preflight: () => this.call(() => []),
      lag: () => this.call(() => 0),
      warm: () => this.call(() => undefined),
      gate: (part) => this.call(() => gate(part === "from" ? from : to)),
      fence: (epoch) =>
        this.call(
          () => {
            close(epoch);
            mark(epoch);
            return { waitedFor: 0, sentAway: 0 };
          },
          { first: () => close(epoch), rest: () => mark(epoch) },
        ),
      drain: (epoch) =>
        this.call(() => {
          const marked = markers.get(epoch);
          if (marked === undefined) throw new Error("the marker has not come");
          if (gates[to].open || gates[to].epoch >= epoch) throw new Error("taken back or past");
          writes[to] = Math.max(writes[to], marked);
          drained[to].add(epoch);
          return 0;
        }),
      proveReverse: () => this.call(() => undefined),
      open: (epoch) =>
        this.call(() => {
          if (gates[to].open && gates[to].epoch === epoch) return;
          if (gates[to].open || gates[to].epoch >= epoch) throw new Error("taken back");
          if (!drained[to].has(epoch)) throw new Error("not drained");
          Object.assign(gates[to], { open: true, epoch, opened: epoch });
          if (writes[to] !== writes[from])
            this.violations.push(`${name}: opened without ${writes[from]} writes`);
        }),
      reopen: (epoch) =>
        this.call(
          () => void Object.assign(gates[from], { open: true, epoch: Math.max(gates[from].epoch, epoch) }),
        ),
      forfeit: (epoch) =>
        this.call(() => {
          if (gates[to].open) return false;
          gates[to].epoch = Math.max(gates[to].epoch, epoch);
          return true;
        }),
      abandon: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  /** One call of the process that runs now, with whatever is to happen to it. */
  private async call<T>(effect: () => T, halves?: { first: () => void; rest: () => void }): Promise<T> {
    if (this.process.signal.aborted) return never;
    const number = ++this.calls;
    for (const due of this.late.filter(({ at }) => at <= number)) {
      this.late.splice(this.late.indexOf(due), 1);
      this.arriveLate(due.effect);
    }
    this.write();
    const fault = this.faults.find(({ call }) => call === number);
    // Answers take time: without it several databases would never be seen at different points.
    await Promise.resolve();
    switch (fault?.kind) {
      case undefined:
        return this.change(effect) as T;
      case "refused":
        throw new Error("refused");
      case "unanswered":
        this.change(effect);
        throw new Error("the answer was lost");
      case "hangs":
        return never;
      case "late":
        this.late.push({ at: number + fault.delay, effect });
        return never;
      case "half":
        this.change(halves?.first ?? (() => undefined));
        this.late.push({ at: number + fault.delay, effect: halves?.rest ?? effect });
        return never;
      case "crash before":
        this.process.abort();
        return never;
      case "crash after":
        this.change(effect);
        this.process.abort();
        return never;
      case "interrupt":
        this.interruption.abort();
        return this.change(effect) as T;
    }
  }

  /** A refusal of what comes late reaches nobody. */
  private arriveLate(effect: () => void): void {
    try {
      this.change(effect);
    } catch {
      this.refusedLate++;
    }
  }

  /** The world changes, and is looked at. */
  private change<T>(effect: () => T): T | undefined {
    try {
      return effect();
    } finally {
      for (const [name, { gates }] of this.databases) {
        if (gates.source.open && gates.target.open) this.violations.push(`${name}: two open gates`);
      }
      this.states.add(this.fingerprint());
    }
  }

  private write(): void {
    for (const { gates, writes } of this.databases.values()) {
      for (const side of ["source", "target"] as const) if (gates[side].open) writes[side]++;
    }
  }

  /** Without the numbers that only grow: two runs that differ in them alone are in the same state. */
  private fingerprint(): string {
    const databases = [...this.databases.values()].map(({ gates, writes, markers, drained }) => {
      const least = Math.min(gates.source.epoch, gates.target.epoch);
      return {
        gates: Object.values(gates).map(({ open, epoch, opened }) => [open, epoch - least, opened > least]),
        behind: Math.sign(writes.source - writes.target),
        markers: [...markers.keys()].filter((epoch) => epoch > least).map((epoch) => epoch - least),
        drained: Object.values(drained).map((epochs) => [...epochs].some((epoch) => epoch > least)),
      };
    });
    const last = this.journalEntries.at(-1);
    return JSON.stringify([databases, this.edgeSide, last?.plan, last?.event, last?.step, this.late.length]);
  }
}
