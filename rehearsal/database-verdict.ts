import { otherSide, type Side } from "../runbook/side";
import type { Strategy, WriterEndpoint } from "../runbook/world";
import type { Acknowledgement } from "./load/ledger";
import { total } from "./load/tally";
import type { Evidence, SwitchMade } from "./verdict";

/** An order as it stands in a database. */
export interface StoredOrder {
  readonly key: string;
  readonly id: string;
}

/** One database after the last request. */
export interface DatabaseEvidence {
  readonly name: string;
  readonly strategy: Strategy;
  /** How the application finds the writer. */
  readonly discovery: WriterEndpoint["kind"];
  /** What each side holds. */
  readonly orders: Readonly<Record<Side, readonly StoredOrder[]>>;
}

/** What one database felt. */
export interface DatabaseVerdict extends Omit<DatabaseEvidence, "orders"> {
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Failed tries of writes; each was tried again with the same key. */
  readonly failedWrites: number;
  /**
   * For each switch the time from the last acknowledgement on one side to the first on the other, in milliseconds; null
   * when no write was acknowledged on one of them.
   */
  readonly holdsMs: readonly (number | null)[];
}

/** A database's verdict, with the keys of every order that is not as it should be. */
export interface JudgedDatabase {
  readonly verdict: DatabaseVerdict;
  readonly found: Readonly<Record<"lost" | "duplicated" | "notCarried", readonly string[]>>;
}

/** Judges one database by its own part of the ledger. */
export function judgeDatabase(
  { name, strategy, discovery, orders }: DatabaseEvidence,
  { ledger: whole, active, load, switches, sideOfServer }: Evidence,
): JudgedDatabase {
  const ledger = whole.filter(({ database }) => database === name);
  const lost = missing(ledger, orders[active]);
  const duplicated = [
    ...new Set([...repeated(orders.source), ...repeated(orders.target), ...contradictory(ledger)]),
  ];
  return {
    verdict: {
      ...{ name, strategy, discovery },
      acknowledged: ledger.length,
      lost: lost.length,
      duplicated: duplicated.length,
      failedWrites: total(load.failedWritesOf[name] ?? {}),
      holdsMs: switches.map((_, index) => holdOf(switches, index, ledger, sideOfServer)),
    },
    found: { lost, duplicated, notCarried: missing(ledger, orders[otherSide(active)]) },
  };
}

function missing(ledger: readonly Acknowledgement[], stored: readonly StoredOrder[]): string[] {
  const known = new Set(stored.map(identityOf));
  return ledger.filter((entry) => !known.has(identityOf(entry))).map(({ key }) => key);
}

const identityOf = ({ key, id }: StoredOrder) => JSON.stringify([key, id]);

function repeated(stored: readonly StoredOrder[]): string[] {
  const seen = new Set<string>();
  return stored.flatMap(({ key }) => {
    if (seen.has(key)) return [key];
    seen.add(key);
    return [];
  });
}

function contradictory(ledger: readonly Acknowledgement[]): string[] {
  const ids = new Map<string, string>();
  return ledger.flatMap(({ key, id }) => {
    const first = ids.get(key) ?? id;
    ids.set(key, first);
    return first === id ? [] : [key];
  });
}

/** A switch's stretch of the ledger lies between the switch before it and the one after it. */
function holdOf(
  switches: readonly SwitchMade[],
  index: number,
  ledger: readonly Acknowledgement[],
  sideOfServer: Evidence["sideOfServer"],
): number | null {
  const { from, to, startedAt: middle } = switches[index] as SwitchMade;
  const begin = switches[index - 1]?.startedAt ?? -Infinity;
  const end = switches[index + 1]?.startedAt ?? Infinity;
  const within = ledger.filter(({ at }) => at >= begin && at < end);
  const lastBefore = within.findLast(({ writtenTo }) => sideOfServer[writtenTo] === from)?.at;
  const firstAfter = within.find(({ at, writtenTo }) => at >= middle && sideOfServer[writtenTo] === to)?.at;
  if (lastBefore === undefined || firstAfter === undefined) return null;
  return Math.round(firstAfter - lastBefore);
}
