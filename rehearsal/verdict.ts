import { otherSide, type Side } from "../runbook/side";
import { judgeDatabase, type DatabaseEvidence, type DatabaseVerdict } from "./database-verdict";
import type { Acknowledgement } from "./load/ledger";
import { total, type LoadSummary } from "./load/tally";
import { judgeWork, type WorkEvidence } from "./work-verdict";

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
   * The longest of its databases' holds, in milliseconds.
   * @default - a database had no write acknowledged on both sides of it
   */
  readonly holdMs?: number;
}

/** Everything that was found out in a run that came to its end. */
export interface Evidence {
  readonly ledger: readonly Acknowledgement[];
  /** Side of each database server, by its address and port. */
  readonly sideOfServer: Readonly<Record<string, Side>>;
  readonly databases: readonly DatabaseEvidence[];
  /** What workers and schedules did. */
  readonly work: WorkEvidence;
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
  readonly databases: readonly DatabaseVerdict[];
  /** Orders that a worker shipped. */
  readonly jobsDone: number;
  /** Orders that were shipped more than once. */
  readonly jobsDoneTwice: number;
  /** Orders that a worker should have shipped and did not. */
  readonly jobsLost: number;
  readonly switches: readonly SwitchFelt[];
  /** Everything that must not be, the gravest first; empty when all is well. */
  readonly faults: readonly string[];
}

/** Judges a run. Decides nothing by time: a hold may be as long as it was, the report says it. */
export function judge(evidence: Evidence): Verdict {
  const { ledger, active, load } = evidence;
  const databases = evidence.databases.map((one) => judgeDatabase(one, evidence));
  const verdicts = databases.map(({ verdict }) => verdict);
  const work = judgeWork(evidence.work, ledger);
  const failedReads = total(load.failedReads);
  const every = (part: keyof (typeof databases)[number]["found"]) =>
    databases.flatMap(({ verdict, found }) =>
      found[part].length > 0 ? [`${some(found[part])} of ${verdict.name}`] : [],
    );

  const faults = [
    ...every("lost").map((what) => `lost: ${what} acknowledged and not on the ${active}, the active side`),
    ...every("duplicated").map((what) => `duplicated: ${what}`),
    ...every("notCarried").map(
      (what) => `not on both sides: ${what} acknowledged and not on the ${otherSide(active)}`,
    ),
    ...work.faults,
    ...evidence.differences.map((difference) => `the sides differ: ${difference}`),
    ...(failedReads > 0
      ? [`failed reads: ${failedReads}; ${load.samples.find((it) => it.startsWith("read")) ?? ""}`]
      : []),
    ...(load.unacknowledged > 0 ? [`writes given up: ${load.unacknowledged}; ${load.samples[0] ?? ""}`] : []),
    ...verdicts
      .filter(({ acknowledged }) => acknowledged === 0)
      .map(({ name }) => `no write to ${name} was acknowledged: nothing was proven`),
    ...(ledger.length === load.acknowledged
      ? []
      : [
          `the ledger has ${ledger.length} entries, the clients counted ${load.acknowledged} acknowledgements`,
        ]),
    ...strangers(evidence).map(
      (server) => `writes were acknowledged by ${server}, which is neither side's database`,
    ),
    ...unfelt(evidence, verdicts),
    ...(evidence.planned.length > 0
      ? [`the deploy after the switch would change ${evidence.planned.join(", ")}`]
      : []),
  ];
  return {
    acknowledged: ledger.length,
    lost: sum(verdicts.map(({ lost }) => lost)),
    duplicated: sum(verdicts.map(({ duplicated }) => duplicated)),
    databases: verdicts,
    ...work.counts,
    switches: evidence.switches.map(({ from, to, convergenceMs }, index) => ({
      ...{ from, to, convergenceMs },
      ...longest(verdicts.map(({ holdsMs }) => holdsMs[index] ?? null)),
    })),
    faults,
  };
}

/** A database that nothing was acknowledged of says so already. */
function unfelt({ switches }: Evidence, databases: readonly DatabaseVerdict[]): string[] {
  return switches.flatMap(({ from, to }, index) => {
    const silent = databases.filter((one) => one.acknowledged > 0 && one.holdsMs[index] === null);
    return silent.map(
      ({ name }) => `switch from ${from} to ${to}: no write to ${name} was acknowledged on both sides of it`,
    );
  });
}

function longest(holds: readonly (number | null)[]): { holdMs?: number } {
  const felt = holds.filter((hold) => hold !== null);
  return felt.length === 0 || felt.length < holds.length ? {} : { holdMs: Math.max(...felt) };
}

const strangers = ({ ledger, sideOfServer }: Evidence) =>
  [...new Set(ledger.map(({ writtenTo }) => writtenTo))].filter((server) => !(server in sideOfServer));

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** Some names of many things, for a line. */
export function some(keys: readonly string[], what = "writes"): string {
  const shown = keys.slice(0, 5).join(", ");
  return keys.length > 5 ? `${keys.length} ${what} (${shown}, ...)` : `${keys.length} ${what} (${shown})`;
}
