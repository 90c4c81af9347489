import { eachDatabase, told } from "../each-database";
import type { Side } from "../side";
import type { Step } from "../step";
import type { SwitchState } from "./switch-state";

/** After the handover: rows go back to the side that was left. Nothing to do where they do so all the time. */
export function wayBackSteps({ databases }: SwitchState, from: Side): Step[] {
  if (databases.every(({ openWayBack }) => openWayBack === undefined)) return [];
  return [
    {
      id: "way-back",
      title: `Rows go back to the ${from}`,
      timeout: 5 * 60_000,
      async run({ signal }) {
        await eachDatabase(databases, async (database) => database.openWayBack?.(signal));
      },
      actions: ({ signal }) =>
        told(databases, async (database) => (await database.openWayBackActions?.(signal)) ?? []),
    },
  ];
}
