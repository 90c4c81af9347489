import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import { hasRecord, installRecord, removeRecord, unrecorded } from "../late-rows/record";
import { readRecordedTables } from "../late-rows/recorded-table";
import { readLateRows } from "../late-rows/late-rows";
import { lateCount } from "../late-rows/result";
import { login } from "../postgres/sessions";
import type { Session } from "../postgres/session";
import { SIDES, type Side } from "../side";
import type { Step } from "../step";
import type { SnapshotPair } from "../world";

const MINUTE = 60_000;

const within = async <T>(
  pair: SnapshotPair,
  side: Side,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> => {
  const session = await login(pair, side, signal);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
};

/** Has the sources record what is written, before a snapshot of them is taken. None where no database moves by snapshot. */
export function recordSteps(snapshots: readonly SnapshotPair[] = []): Step[] {
  if (snapshots.length === 0) return [];
  /** Records that stood before this run: a snapshot may have been taken since. */
  const standing = new Set<SnapshotPair>();
  const each = <T>(work: (source: Session, pair: SnapshotPair) => Promise<T>, signal: AbortSignal) =>
    eachDatabase(snapshots, (pair) => within(pair, "source", signal, (source) => work(source, pair)));
  return [
    {
      id: "recordable",
      title: "Sources of snapshots can record what is written",
      timeout: MINUTE,
      async run({ signal }) {
        const faults = await each(async (source, pair) => {
          if (await hasRecord(source, signal)) standing.add(pair);
          const tables = await readRecordedTables(source, signal);
          return tables.flatMap(({ quoted, fault }) => (fault === null ? [] : [`${quoted}: ${fault}`]));
        }, signal);
        const lines = [...faults].flatMap(([name, found]) => found.map((fault) => `  ${name}: ${fault}`));
        if (lines.length > 0) throw new Error(["late rows of these could not be told:", ...lines].join("\n"));
      },
    },
    {
      id: "record",
      title: "Sources of snapshots record what is written",
      timeout: 10 * MINUTE,
      run: async ({ signal }) => void (await each((source) => installRecord(source, signal), signal)),
      actions: async ({ signal }) => {
        const told = await each(
          async (source) => unrecorded(await readRecordedTables(source, signal)),
          signal,
        );
        return [...told].flatMap(([name, tables]) =>
          tables.map(
            ({ quoted }) =>
              `${name}, source: CREATE TRIGGER relocate_written_... AFTER every change ON ${quoted}`,
          ),
        );
      },
      async undo({ signal }) {
        const made = snapshots.filter((pair) => !standing.has(pair));
        await eachDatabase(made, (pair) =>
          within(pair, "source", signal, (source) => removeRecord(source, signal)),
        );
        if (made.length < snapshots.length)
          throw new CannotUndo(
            "a source recorded before this run: it goes on, as a snapshot may hold its record",
          );
      },
    },
  ];
}

/**
 * Ends the record on both sides.
 *
 * @param unless whether late rows, which nobody could tell any more, stand in the way
 */
export function recordRemovalSteps(
  snapshots: readonly SnapshotPair[] = [],
  { unless }: { readonly unless: "late rows" | "nothing" },
): Step[] {
  if (snapshots.length === 0) return [];
  /** A target is there only once it was restored. */
  const sidesOf = async (pair: SnapshotPair, signal: AbortSignal): Promise<Side[]> => {
    const asked = await Promise.allSettled(
      SIDES.map((side) => within(pair, side, signal, (session) => hasRecord(session, signal))),
    );
    const [source] = asked;
    if (source?.status === "rejected") throw source.reason;
    return SIDES.filter((_, index) => {
      const side = asked[index];
      return side?.status === "fulfilled" && side.value;
    });
  };
  const refuseLateRows = async (pair: SnapshotPair, signal: AbortSignal): Promise<void> => {
    const giveUp = "or give them up, on the source: DROP SCHEMA relocate CASCADE";
    const late = await readLateRows(pair, signal).catch((error: unknown) => {
      throw new Error(
        `rows may be late: ${error instanceof Error ? error.message : String(error)}; ${giveUp}`,
        { cause: error },
      );
    });
    if (lateCount(late) > 0)
      throw new Error(
        `${lateCount(late)} rows of the source are not on the target: run \`relocate replay\` first, ${giveUp}`,
      );
  };
  return [
    {
      id: "record-ended",
      title: "Nothing records any more what is written to databases with a snapshot",
      timeout: 10 * MINUTE,
      async run({ signal }) {
        await eachDatabase(snapshots, async (pair) => {
          const sides = await sidesOf(pair, signal);
          if (unless === "late rows" && sides.includes("source")) await refuseLateRows(pair, signal);
          // The source's first: a run that is cut off finds nothing late any more where the target's alone is left.
          for (const side of sides)
            await within(pair, side, signal, (session) => removeRecord(session, signal));
        });
      },
      actions: async ({ signal }) => {
        const told = await eachDatabase(snapshots, (pair) => sidesOf(pair, signal));
        return [...told].flatMap(([name, sides]) =>
          sides.map(
            (side) =>
              `${name}, ${side}: DROP TRIGGER relocate_written_... ON every table; DROP SCHEMA relocate CASCADE`,
          ),
        );
      },
    },
  ];
}
