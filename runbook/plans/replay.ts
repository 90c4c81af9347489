import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import { checkReplay, readLateRows, replayLateRows } from "../late-rows/late-rows";
import { conflictCount, lateCount, type LateRows } from "../late-rows/result";
import { describeLateRows, describeLeftAlone } from "../late-rows/telling";
import type { Plan, Step } from "../step";
import type { World } from "../world";

const MINUTE = 60_000;

/**
 * Brings to the targets what was written on the sources after their snapshots. Rows that a target has written too are left
 * alone and told. Run again it brings what came since, and looks again at what was left alone.
 *
 * There is nothing to take back: each database is one transaction on its target, and what it has brought is not on the
 * target by mistake.
 */
export function replayPlan({ snapshots = [] }: World): Plan {
  const replayed = new Map<string, LateRows>();

  const preflight: Step = {
    id: "preflight",
    title: "Targets were restored from snapshots, and late rows can be replayed",
    timeout: MINUTE,
    async run({ signal }) {
      if (snapshots.length === 0)
        throw new Error("no database moves by snapshot: nothing is late, replication brings every row");
      await eachDatabase(snapshots, (pair) => checkReplay(pair, signal));
    },
  };

  const replay: Step = {
    id: "replay",
    title: "Late rows are on the targets",
    timeout: 6 * 60 * MINUTE,
    async run(context) {
      await eachDatabase(snapshots, async (pair) => {
        const found = await replayLateRows(pair, context.signal);
        replayed.set(pair.name, found);
        context.observe(`${pair.name}.rows`, lateCount(found));
        context.observe(`${pair.name}.leftAlone`, conflictCount(found));
        context.observe(`${pair.name}.lossMinutes`, Number(found.minutes.toFixed(1)));
      });
    },
    async actions({ signal }) {
      const told = await eachDatabase(snapshots, (pair) => readLateRows(pair, signal));
      return [...told.values()].flatMap((found) => [
        describeLateRows(found),
        ...found.tables.map(
          ({ table, inserted, updated, deleted }) =>
            `${found.database}, target: DELETE FROM ${table} of ${updated + deleted} rows, INSERT of ${inserted + updated}`,
        ),
        `${found.database}, target: setval of sequences that are not beyond the source's`,
      ]);
    },
    undo: () =>
      replayed.size > 0
        ? Promise.reject(new CannotUndo("what was replayed stays: the same command brings what came since"))
        : Promise.resolve(),
  };

  const conflicts: Step = {
    id: "conflicts",
    title: "No row was left alone",
    timeout: MINUTE,
    run() {
      const left = [...replayed.values()].flatMap(describeLeftAlone);
      if (left.length > 0)
        throw new Error(
          [
            "`relocate late-rows` names them, with the reason: make them on the target what they are to be; " +
              "once both sides have them alike they are told no more",
            ...left.map((line) => `  ${line}`),
          ].join("\n"),
        );
      return Promise.resolve();
    },
  };

  return {
    id: "replay",
    title: "Replay: what was written after the snapshots is on the targets",
    steps: [preflight, replay, conflicts],
  };
}
