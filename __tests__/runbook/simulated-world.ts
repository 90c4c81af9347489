import type { Journal, JournalEntry } from "../../runbook/journal";
import { otherSide, type Side } from "../../runbook/side";
import type { Pointer } from "../../runbook/world";
import type { Gate, WriteSwitch } from "../../runbook/write-switch";
import { unlosableLease } from "./unlosable-lease";

/**
 * What happens to one call to the world.
 * refused: fails, no effect. unanswered: takes effect, then fails. hangs: no effect, no answer.
 * late: no answer, and the effect comes some calls later. crash before, crash after: the process is gone.
 * interrupt: Ctrl-C meanwhile.
 *
 * A handover has three parts, which others see: the fence, the giving away, the arrival. half: no answer, the fence is
 * there at once and the rest comes later; in flight: so is the giving away. crash half, crash in flight: the same, and
 * the process is gone. given up: the server opens its gate again by itself. not taken: the other side refuses.
 * server lost: the fence stands, and what was to end it is gone.
 */
export const FAULT_KINDS = [
  "refused",
  "unanswered",
  "hangs",
  "late",
  "crash before",
  "crash after",
  "interrupt",
  "half",
  "in flight",
  "crash half",
  "crash in flight",
  "given up",
  "not taken",
  "server lost",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
  /** For what comes later: how many calls later. */
  readonly delay: number;
}

interface Database {
  readonly gates: Record<Side, { open: boolean; epoch: number; opened: number; given: number }>;
  /** Number of acknowledged writes each side has. */
  readonly writes: Record<Side, number>;
}

/** The parts of a handover in order, and what comes in their place when the servers end it. */
interface Parts {
  readonly inOrder: readonly [close: () => void, give: () => void, arrive: () => void];
  readonly giveUp: () => void;
  readonly refuse: () => void;
}

/** Thrown into nothing: the process has died, so nobody hears of it. */
const never = new Promise<never>(() => undefined);

/**
 * Two sides of some databases as the SQL functions of the runbook rule them, with an application that writes to
 * whichever gate is open, before every single call. It fails the moment that two gates are open, that two sides hold
 * the right to write, or that a gate opens on a side which lacks an acknowledged write.
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
            source: { open: true, epoch: 0, opened: 0, given: -1 },
            target: { open: false, epoch: 0, opened: -1, given: -1 },
          },
          writes: { source: 0, target: 0 },
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

  /** Whether each database has exactly one writer, wherever it is. */
  isServed(): boolean {
    return [...this.databases.values()].every(({ gates }) => gates.source.open !== gates.target.open);
  }

  /** Everything that was sent arrives. */
  settle(): void {
    for (const { effect } of this.late.splice(0)) this.arriveLate(effect);
  }

  switchTo(to: Side): WriteSwitch[] {
    return [...this.databases].map(([name, database]) => this.databaseSwitch(name, database, to));
  }

  edge(): Pointer {
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
      lease: unlosableLease(),
      append: (...notes) =>
        this.call(() => {
          const stamped = notes.map((note): JournalEntry => ({ version: 1, at: "", token: 1, ...note }));
          entries.push(...stamped);
          this.journalEntries.push(...stamped);
        }),
      close: () => Promise.resolve(),
    };
  }

  private databaseSwitch(name: string, database: Database, to: Side): WriteSwitch {
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
              this.violations.push(`${name}: opened without ${writes[from]} writes`);
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
      preflight: () => this.call(() => []),
      lag: () => this.call(() => 0),
      proveReverse: () => this.call(() => undefined),
      warm: () => this.call(() => undefined),
      gate: (part) => this.call(() => gate(part === "from" ? from : to)),
      handOver: (epoch) => {
        const parts = handOver(epoch);
        return this.call(() => {
          // Each part is a commit of its own: the world is looked at after each.
          for (const part of parts.inOrder) this.change(part);
          return { waitedFor: 0, sentAway: 0 };
        }, parts);
      },
      takeBack: (epoch, refused) => this.call(() => takeBack(epoch, refused)),
      refuse: (epoch) =>
        this.call(() => {
          if (holds(to) || gates[to].opened >= epoch) return false;
          gates[to].epoch = Math.max(gates[to].epoch, epoch);
          return true;
        }),
      close: () => Promise.resolve(),
    };
  }

  /** One call of the process that runs now, with whatever is to happen to it. */
  private async call<T>(effect: () => T, parts?: Parts): Promise<T> {
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
    const inOrder = parts?.inOrder ?? [effect];
    /** So many parts come now, the others later; one that is refused is the last. */
    const some = (now: number): void => {
      for (const part of inOrder.slice(0, now)) this.change(part);
      const rest = inOrder.slice(now);
      this.late.push({
        at: number + (fault?.delay ?? 0),
        effect: () => rest.forEach((part) => this.change(part)),
      });
    };
    const die = (): Promise<never> => {
      this.process.abort();
      return never;
    };
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
        some(0);
        return never;
      case "half":
      case "in flight":
        some(Math.min(fault.kind === "half" ? 1 : 2, inOrder.length - 1));
        return never;
      case "crash before":
        return die();
      case "crash after":
        this.change(effect);
        return die();
      case "crash half":
      case "crash in flight":
        some(Math.min(fault.kind === "crash half" ? 1 : 2, inOrder.length - 1));
        return die();
      case "interrupt":
        this.interruption.abort();
        return this.change(effect) as T;
      case "given up":
        if (parts) [parts.inOrder[0], parts.giveUp].forEach((part) => this.change(part));
        throw new Error("transactions have not ended");
      case "not taken":
        if (parts) [parts.inOrder[0], parts.inOrder[1], parts.refuse].forEach((part) => this.change(part));
        throw new Error("refused by the other side");
      case "server lost":
        if (parts) this.change(parts.inOrder[0]);
        throw new Error("the connection was lost");
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
        const holders = Object.values(gates).filter(({ opened, given }) => opened > given);
        if (holders.length > 1) this.violations.push(`${name}: two sides hold the right to write`);
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
    const databases = [...this.databases.values()].map(({ gates, writes }) => {
      const least = Math.min(gates.source.epoch, gates.target.epoch);
      return {
        gates: Object.values(gates).map(({ open, epoch, opened, given }) => [
          open,
          epoch - least,
          opened > given,
          opened > least,
        ]),
        behind: Math.sign(writes.source - writes.target),
      };
    });
    const last = this.journalEntries.at(-1);
    return JSON.stringify([databases, this.edgeSide, last?.plan, last?.event, last?.step, this.late.length]);
  }
}
