import { CannotUndo } from "../attempt";
import { eachDatabase, told } from "../each-database";
import type { Side } from "../side";
import type { Step } from "../step";
import { readGates, type Gates, type WriteSwitch } from "../write-switch";
import { leadingActions, leadTo, poolersOf, type SwitchedDatabase, type SwitchState } from "./switch-state";

/**
 * Finds where each database stands, and mends what a runbook that died has left behind, before anything else: a closed
 * gate, a paused pooler. Nobody is to be held while this run looks around.
 */
export function writerStep(state: SwitchState, from: Side, to: Side): Step {
  /** Databases in which a closed gate was left. */
  const leftOver = new Set<SwitchedDatabase>();
  const mend = async (signal: AbortSignal): Promise<void> => {
    await state.settle(leftOver, signal);
    leftOver.clear();
  };
  return {
    id: "writer",
    title: `The ${from} is the writer`,
    timeout: 60_000,
    async run({ signal }) {
      await eachDatabase(state.databases, async (database) => {
        const gates = await readGates(database, signal);
        refuseUnlessWriter(database, gates);
        if (gates.to.open) state.isSwitched(database);
        else if (!gates.from.open) leftOver.add(database);
        state.setNumber(database, gates.from.epoch + (gates.from.open ? 1 : 0));
      });
      const mended = [...leftOver];
      await mend(signal);
      for (const database of mended) state.setNumber(database, (state.number(database) as number) + 1);
      const waiting = state.waiting();
      await eachDatabase(state.databases, async (database) => {
        const poolers = poolersOf(database);
        if (poolers) await leadTo(poolers, waiting.includes(database) ? from : to, signal);
      });
    },
    actions: ({ signal }) =>
      told(state.databases, async (database) => {
        const gates = await readGates(database, signal);
        const poolers = poolersOf(database);
        return [
          ...(gates.from.open || gates.to.open
            ? []
            : [`${from}: SELECT relocate.take_back(...): its gate was left closed`]),
          ...(poolers ? await leadingActions(poolers, gates.to.open ? to : from, signal) : []),
        ];
      }),
    async undo({ signal }) {
      await mend(signal);
      const switched = state.switched();
      if (switched.length === 0) return;
      throw new CannotUndo(
        `${switched.join(", ")}: the ${to} is the writer there; the other databases are back on the ${from}`,
      );
    },
  };
}

function refuseUnlessWriter({ from, to }: WriteSwitch, gates: Gates): void {
  if (gates.to.open && gates.from.open) {
    throw new Error("both gates are open: somebody opened one by hand; close the one that is not the writer");
  }
  if (!gates.to.open && gates.to.opened > gates.from.opened) {
    throw new Error(
      `the ${from} is not the writer: the ${to} was it last, and a switch away from it was cut off. ` +
        "Run that switch again: it goes on or back",
    );
  }
}
