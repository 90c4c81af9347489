import { otherSide, SIDES } from "../../side";
import { isLeftForGood } from "../schema-presence";
import { readStanding } from "../standing";
import { subscriptionName } from "../subscription";
import type { Kind, Sighting } from "./kind";

/** What a start over replication that stands must not go on with, since it would leave rows out or destroy some. */
export const interrupted: Kind = {
  id: "interrupted",
  title: "Replication is whole, or has not begun",
  async find({ pair, on, signal }) {
    if (await isLeftForGood(on.source, pair.applicationRoles, signal)) {
      return [
        {
          severity: "blocks",
          side: "target",
          found:
            "a relocation was completed: the target is the writer for good (on the source the application's roles are read-only)",
          expected: "a source that the application writes to",
          fix: {
            action:
              "describe a relocation that begins where the application writes now, and empty nothing here",
          },
        },
      ];
    }
    const { writer, subscribed, bothWays, isInService } = await readStanding(on, signal);
    if (!isInService) return [];
    const expected = "replication that stands both ways, or has not begun";
    if (writer === undefined) {
      return [
        {
          severity: "blocks",
          side: "source",
          found: "neither side is the writer: a switch was cut off",
          expected: "one writer",
          fix: { action: "run that switch again: it goes on or back" },
        },
      ];
    }
    if (!bothWays && !subscribed[otherSide(writer)]) {
      if (!subscribed[writer] && writer === "source") return [];
      return [
        {
          severity: "blocks",
          side: otherSide(writer),
          found: `the ${writer} is the writer, and rows do not go back yet: a switch was cut off`,
          expected,
          fix: { action: "run that switch again: it opens the way back" },
        },
      ];
    }
    if (!bothWays) return [];
    const missing = SIDES.filter((side) => !subscribed[side]);
    if (writer === "target") {
      return missing.map((side): Sighting => ({
        severity: "blocks",
        side,
        found:
          `the target is the writer, and replication to the ${side} has ended (subscription ${subscriptionName(side)} is missing): ` +
          "to join it anew would leave out what was written since",
        expected,
        fix: {
          action: "there is no lossless way back any more; run `relocate complete` if the target is to stay",
        },
      }));
    }
    if (subscribed.target || !subscribed.source) return [];
    return [
      {
        severity: "blocks",
        side: "target",
        found:
          "subscription relocate_to_target is missing while relocate_to_source stands: to empty the target for a new copy would empty the source as well",
        expected,
        fix: { action: "run `relocate abort`, and then `relocate start` again" },
      },
    ];
  },
};
