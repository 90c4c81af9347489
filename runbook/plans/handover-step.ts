import { CannotUndo } from "../attempt";
import { eachDatabase, told } from "../each-database";
import type { Side } from "../side";
import type { Step, StepContext } from "../step";
import { longestHold, type SwitchLimits } from "./switch-limits";
import { poolersOf, type SwitchedDatabase, type SwitchState } from "./switch-state";

/**
 * The hold: each database pauses its poolers, hands over and lets its statements go on, all by itself, so that none waits
 * for another one. Nothing is written to the journal meanwhile.
 */
export function handoverStep(state: SwitchState, to: Side, limits: SwitchLimits): Step {
  const handOver = async (database: SwitchedDatabase, context: StepContext): Promise<void> => {
    const { signal } = context;
    const poolers = poolersOf(database);
    const part = async <T>(name: string, work: Promise<T> | undefined): Promise<T | undefined> => {
      const begun = performance.now();
      const value = await work;
      if (work) context.observe(`${database.name}.${name}Ms`, Math.round(performance.now() - begun));
      return value;
    };
    try {
      await part("pause", poolers?.pause(limits.pause, signal));
      const handed = await part("handover", database.handOver(state.number(database) as number, signal));
      context.observe(`${database.name}.waitedForTransactions`, handed?.waitedFor ?? 0);
      context.observe(`${database.name}.sessionsSentAway`, handed?.sentAway ?? 0);
      await part("release", poolers?.release(to, signal));
    } catch (error) {
      // Its writers must not wait for what becomes of the other databases. If this fails, too, undoing does it again.
      await Promise.allSettled([state.settle([database], signal)]);
      throw error;
    }
  };

  return {
    id: "handover",
    title: `The ${to} is the writer`,
    timeout: longestHold(limits) + Math.max(0, ...state.databases.map(({ promotion = 0 }) => promotion)),
    async check({ signal }) {
      const gates = await eachDatabase(state.databases, (database) => database.gate("to", signal));
      return [...gates.values()].every((gate) => gate.open);
    },
    async run(context) {
      await eachDatabase(state.waiting(), (database) => handOver(database, context));
    },
    actions: ({ signal }) =>
      told(state.waiting(), async (database) => {
        const { open, epoch } = await database.gate("from", signal);
        const sent = database.handOverActions(open ? epoch + 1 : epoch);
        if (!poolersOf(database)) return sent;
        return ["every pooler: PAUSE", ...sent, "every pooler: RELOAD, RESUME"];
      }),
    async undo({ signal }) {
      await state.settle(state.waiting(), signal);
      if (state.waiting().length === 0) throw new CannotUndo(`the ${to} is the writer already`);
    },
  };
}
