import { eachDatabase } from "../each-database";
import { readLateRows } from "../late-rows/late-rows";
import { isBeyondAccepted, lateCount } from "../late-rows/result";
import { describeLeftAlone } from "../late-rows/telling";
import type { Step } from "../step";
import type { SnapshotPair } from "../world";

const MINUTE = 60_000;

/**
 * Before visitors are led to a target that was restored from a snapshot: it is there, and lacks no more than the workload
 * accepts to lose. Only reads. None where no database moves by snapshot.
 */
export function lateRowsSteps(snapshots: readonly SnapshotPair[] = []): Step[] {
  if (snapshots.length === 0) return [];
  return [
    {
      id: "late-rows",
      title: "Targets that were restored from snapshots lack no more than is accepted",
      timeout: 30 * MINUTE,
      async run(context) {
        await eachDatabase(snapshots, async (pair) => {
          const found = await readLateRows(pair, context.signal);
          const { minutes, acceptedLossMinutes } = found;
          context.observe(`${pair.name}.lateRows`, lateCount(found));
          context.observe(`${pair.name}.lossMinutes`, Number(minutes.toFixed(1)));
          if (isBeyondAccepted(found))
            throw new Error(
              [
                `the target lacks what the source has taken in ${minutes.toFixed(1)} minutes, accepted are ${acceptedLossMinutes}: ` +
                  "run `relocate replay`",
                ...describeLeftAlone(found).map((line) => `  ${line}`),
              ].join("\n"),
            );
        });
      },
    },
  ];
}
