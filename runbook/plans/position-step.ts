import { eachDatabase } from "../each-database";
import type { Side } from "../side";
import type { Step } from "../step";
import type { SwitchState } from "./switch-state";

/**
 * After the hold: where the new writer's log stood is noted beside its gate, and told in the journal. Nothing where no
 * database keeps a log.
 */
export function positionSteps({ databases }: SwitchState, to: Side): Step[] {
  const logged = databases.flatMap(({ name, position }) => (position ? [{ name, position }] : []));
  if (logged.length === 0) return [];
  return [
    {
      id: "position",
      title: `Where the ${to}'s log stood is noted`,
      timeout: 30_000,
      async check({ signal }) {
        const noted = await eachDatabase(logged, ({ position }) => position.noted(signal));
        return [...noted.values()].every((position) => position !== undefined);
      },
      async run(context) {
        const noted = await eachDatabase(logged, ({ position }) => position.note(context.signal));
        for (const [name, { lsn, timeline, confirmed }] of noted) {
          context.observe(`${name}.lsn`, lsn);
          context.observe(`${name}.timeline`, timeline);
          if (confirmed !== undefined) context.observe(`${name}.confirmedLsn`, confirmed);
        }
      },
      actions: async () =>
        Promise.resolve(logged.map(({ name }) => `${name}, ${to}: INSERT INTO relocate.position`)),
    },
  ];
}
