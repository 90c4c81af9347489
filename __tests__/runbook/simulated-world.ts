import type { Journal, JournalEntry } from "../../runbook/journal";
import type { SwitchedWorld } from "../../runbook/plans/switch";
import type { Side } from "../../runbook/side";
import type { Pointer, WriterEndpoint } from "../../runbook/world";
import { newDatabase, simulatedSwitch, writerOf, type Database, type Parts } from "./simulated-database";
import type { Fault } from "./simulated-faults";
import { SimulatedJobs } from "./simulated-jobs";
import { SimulatedPoolers } from "./simulated-poolers";
import { unlosableLease } from "./unlosable-lease";

/** How the applications of a simulated database find the writer. */
export type Discovery = WriterEndpoint["kind"];

/** Nobody hears of it. A promise each: who waits for one would be kept in memory by it, and the whole world with it. */
const never = (): Promise<never> => new Promise(() => undefined);

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
  /** Which calls were handovers. */
  readonly handovers = new Set<number>();
  /** Calls that came late and were refused, as they should be. */
  refusedLate = 0;
  /** Statements that a pooler has let through to a gate that is closed. */
  failedStatements = 0;
  /** The longest that a database had no writer, in milliseconds. */
  longestWithoutWriter = 0;
  readonly jobs = new SimulatedJobs(["mailer"]);
  readonly poolers = new Map<string, SimulatedPoolers>();
  private readonly pointers = new Map<string, Side>();
  private readonly closedSince = new Map<string, number>();
  private readonly databases: Map<string, Database>;
  private process = new AbortController();
  private interruption = new AbortController();
  private readonly late: { at: number; effect: () => void }[] = [];

  constructor(
    private readonly discoveries: Readonly<Record<string, Discovery>>,
    private readonly faults: readonly Fault[] = [],
    private readonly now: () => number = Date.now,
  ) {
    for (const [name, discovery] of Object.entries(discoveries)) {
      if (discovery === "pooler") this.poolers.set(name, new SimulatedPoolers());
    }
    this.databases = new Map(Object.keys(discoveries).map((name) => [name, newDatabase()]));
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
    const sides = [...this.databases.values()].map(writerOf);
    return sides.every((side) => side === sides[0]) ? sides[0] : undefined;
  }

  /** Whether each database has exactly one writer, wherever it is. */
  isServed(): boolean {
    return [...this.databases.values()].every((database) => writerOf(database) !== undefined);
  }

  /** Everything that was sent arrives, and pauses that nobody ends are ended by the poolers' own tasks. */
  settle(): void {
    for (const { effect } of this.late.splice(0)) this.arriveLate(effect);
    for (const [name, poolers] of this.poolers) {
      const writer = writerOf(this.databases.get(name) as Database);
      if (writer) poolers.endLostPauses(writer);
    }
  }

  /** The world as a switch to one side acts on it. */
  switchTo(to: Side): SwitchedWorld {
    return {
      databases: [...this.databases].map(([name, database]) => ({
        ...simulatedSwitch(name, database, to, this),
        endpoint: this.endpoint(name),
      })),
      edge: this.pointer("edge"),
      jobs: this.jobs.gates((effect) => this.call(effect, { isPrompt: true })),
    };
  }

  private endpoint(name: string): WriterEndpoint {
    const kind = this.discoveries[name] ?? "host-list";
    if (kind === "host-list") return { kind };
    if (kind === "cname") return { kind, name: this.pointer(name) };
    return {
      kind,
      poolers: (this.poolers.get(name) as SimulatedPoolers).driven((effect) => this.call(effect)),
    };
  }

  private pointer(name: string): Pointer {
    const current = (): Side => this.pointers.get(name) ?? "source";
    return {
      current: () => this.call(current),
      point: (side) => this.call(() => void this.pointers.set(name, side)),
      probe: () => this.call(() => [{ vantagePoint: "one", side: current() }]),
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

  /** One call of the process that runs now, with whatever is to happen to it. */
  async call<T>(
    effect: () => T,
    { parts, isPrompt = false }: { readonly parts?: Parts; readonly isPrompt?: boolean } = {},
  ): Promise<T> {
    if (this.process.signal.aborted) return never();
    const number = ++this.calls;
    if (parts) this.handovers.add(number);
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
    const some = (parts: number): void => {
      const now = isPrompt ? inOrder.length : parts;
      for (const part of inOrder.slice(0, now)) this.change(part);
      const rest = inOrder.slice(now);
      this.late.push({
        at: number + (fault?.delay ?? 0),
        effect: () => rest.forEach((part) => this.change(part)),
      });
    };
    const die = (): Promise<never> => {
      this.process.abort();
      return never();
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
        return never();
      case "late":
        some(0);
        return never();
      case "half":
        some(1);
        return never();
      case "in flight":
        some(2);
        return never();
      case "crash before":
        return die();
      case "crash after":
        this.change(effect);
        return die();
      case "crash late":
        some(0);
        return die();
      case "crash half":
        some(1);
        return die();
      case "crash in flight":
        some(2);
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
  change<T>(effect: () => T): T | undefined {
    try {
      return effect();
    } finally {
      if (this.jobs.areOnAtBoth()) this.violations.push("a job is on at both sides");
      for (const [name, { gates }] of this.databases) {
        this.timeClosed(name, gates.source.open || gates.target.open);
        if (gates.source.open && gates.target.open) this.violations.push(`${name}: two open gates`);
        const holders = Object.values(gates).filter(({ opened, given }) => opened > given);
        if (holders.length > 1) this.violations.push(`${name}: two sides hold the right to write`);
      }
      this.states.add(this.fingerprint());
    }
  }

  private write(): void {
    for (const [name, { gates, writes }] of this.databases) {
      for (const side of ["source", "target"] as const) if (gates[side].open) writes[side]++;
      this.failedStatements += this.poolers.get(name)?.failingAt((side) => gates[side].open) ?? 0;
    }
  }

  private timeClosed(name: string, isServed: boolean): void {
    const since = this.closedSince.get(name);
    if (!isServed) this.closedSince.set(name, since ?? this.now());
    else if (since !== undefined) {
      this.longestWithoutWriter = Math.max(this.longestWithoutWriter, this.now() - since);
      this.closedSince.delete(name);
    }
  }

  /** Without the numbers that only grow: two runs that differ in them alone are in the same state. */
  private fingerprint(): string {
    let seen = "";
    for (const { gates, writes } of this.databases.values()) {
      const least = Math.min(gates.source.epoch, gates.target.epoch);
      for (const { open, epoch, opened, given } of [gates.source, gates.target])
        seen += `${open}${epoch - least}${opened > given}${opened > least} `;
      seen += `${Math.sign(writes.source - writes.target)}\n`;
    }
    for (const { instances } of this.poolers.values())
      for (const { side, paused } of instances) seen += `${side}${paused} `;
    for (const [name, side] of this.pointers) seen += `${name}${side} `;
    const { source, target } = this.jobs.on;
    const last = this.journalEntries.at(-1);
    return `${seen}${source.size}${target.size} ${last?.plan} ${last?.event} ${last?.step} ${this.late.length}`;
  }
}
