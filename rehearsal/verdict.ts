import { otherSide, type Side } from "../runbook/side";
import type { Acknowledgement } from "./load/ledger";
import { total, type LoadSummary } from "./load/tally";

/** An order as it stands in a database. */
export interface StoredOrder {
  readonly key: string;
  readonly id: string;
}

/** One switch of the writer that was made. */
export interface SwitchMade {
  readonly from: Side;
  readonly to: Side;
  /** When its plan was begun, in milliseconds since 1970. */
  readonly startedAt: number;
  /** From the first point of presence that followed to the last one, in milliseconds. */
  readonly convergenceMs: number;
}

/** A switch with its hold, as the clients felt it. */
export interface SwitchFelt extends Omit<SwitchMade, "startedAt"> {
  /**
   * From the last acknowledgement on one side to the first on the other, in milliseconds.
   * @default - no write was acknowledged on one of them
   */
  readonly holdMs?: number;
}

/** Everything that was found out in a run that came to its end. */
export interface Evidence {
  readonly ledger: readonly Acknowledgement[];
  /** Side of each database host. */
  readonly sideOfHost: Readonly<Record<string, Side>>;
  /** What each side's database holds after the last request. */
  readonly orders: Readonly<Record<Side, readonly StoredOrder[]>>;
  readonly load: LoadSummary;
  /** In order. */
  readonly switches: readonly SwitchMade[];
  /** The side that is active at the end. */
  readonly active: Side;
  /** Tables that differ between the sides at the end, with what differs. */
  readonly differences: readonly string[];
  /** What a plan with the flipped variable would change after the last switch. */
  readonly planned: readonly string[];
}

/** What the evidence comes to. */
export interface Verdict {
  readonly acknowledged: number;
  /** Acknowledged writes that the active side does not hold under the id that was answered. */
  readonly lost: number;
  /** Acknowledged writes that exist more than once, or were answered with different ids. */
  readonly duplicated: number;
  readonly switches: readonly SwitchFelt[];
  /** Everything that must not be, the gravest first; empty when all is well. */
  readonly faults: readonly string[];
}

/** Judges a run. Decides nothing by time: a hold may be as long as it was, the report says it. */
export function judge(evidence: Evidence): Verdict {
  const { ledger, orders, active, load } = evidence;
  const other = otherSide(active);
  const lost = missing(ledger, orders[active]);
  const notCarried = missing(ledger, orders[other]);
  const duplicated = [
    ...new Set([...repeated(orders.source), ...repeated(orders.target), ...contradictory(ledger)]),
  ];
  const switches = evidence.switches.map((_, index) => feel(evidence, index));
  const failedReads = total(load.failedReads);
  const unfelt = switches.filter(({ holdMs }) => holdMs === undefined);

  const faults = [
    lost.length > 0 && `lost: ${some(lost)} acknowledged and not on the ${active}, the active side`,
    duplicated.length > 0 && `duplicated: ${some(duplicated)}`,
    notCarried.length > 0 && `not on both sides: ${some(notCarried)} acknowledged and not on the ${other}`,
    ...evidence.differences.map((difference) => `the sides differ: ${difference}`),
    failedReads > 0 &&
      `failed reads: ${failedReads}; ${load.samples.find((it) => it.startsWith("read")) ?? ""}`,
    load.unacknowledged > 0 && `writes given up: ${load.unacknowledged}; ${load.samples[0] ?? ""}`,
    ledger.length === 0 && "no write was acknowledged: nothing was proven",
    ledger.length !== load.acknowledged &&
      `the ledger has ${ledger.length} entries, the clients counted ${load.acknowledged} acknowledgements`,
    ...strangers(evidence).map(
      (host) => `writes were acknowledged by ${host}, which is neither side's database`,
    ),
    ...unfelt.map(
      ({ from, to }) => `switch from ${from} to ${to}: no write was acknowledged on both sides of it`,
    ),
    evidence.planned.length > 0 && `the deploy after the switch would change ${evidence.planned.join(", ")}`,
  ].filter((fault) => fault !== false);
  return { acknowledged: ledger.length, lost: lost.length, duplicated: duplicated.length, switches, faults };
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
function feel({ switches, ledger, sideOfHost }: Evidence, index: number): SwitchFelt {
  const { from, to, convergenceMs } = switches[index] as SwitchMade;
  const begin = switches[index - 1]?.startedAt ?? -Infinity;
  const middle = (switches[index] as SwitchMade).startedAt;
  const end = switches[index + 1]?.startedAt ?? Infinity;
  const within = ledger.filter(({ at }) => at >= begin && at < end);
  const lastBefore = within.findLast(({ writtenTo }) => sideOfHost[writtenTo] === from)?.at;
  const firstAfter = within.find(({ at, writtenTo }) => at >= middle && sideOfHost[writtenTo] === to)?.at;
  const felt = { from, to, convergenceMs };
  if (lastBefore === undefined || firstAfter === undefined) return felt;
  return { ...felt, holdMs: Math.round(firstAfter - lastBefore) };
}

const strangers = ({ ledger, sideOfHost }: Evidence) =>
  [...new Set(ledger.map(({ writtenTo }) => writtenTo))].filter((host) => !(host in sideOfHost));

function some(keys: readonly string[]): string {
  const shown = keys.slice(0, 5).join(", ");
  return keys.length > 5 ? `${keys.length} writes (${shown}, ...)` : `${keys.length} writes (${shown})`;
}
