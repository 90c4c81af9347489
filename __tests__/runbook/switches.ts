import type { PlanResult } from "../../runbook/result";
import type { Step } from "../../runbook/step";

/** A world of switches: each step sets its own. */
export class Switches {
  readonly on = new Set<string>();
  readonly log: string[] = [];

  step(id: string, change: Partial<Step> = {}): Step {
    return {
      id,
      title: `Step ${id}`,
      timeout: 1_000,
      check: () => Promise.resolve(this.on.has(id)),
      run: () => this.does(`run ${id}`, () => this.on.add(id)),
      verify: () => this.does(`verify ${id}`),
      undo: () => this.does(`undo ${id}`, () => this.on.delete(id)),
      ...change,
    };
  }

  does(what: string, effect?: () => unknown): Promise<void> {
    this.log.push(what);
    effect?.();
    return Promise.resolve();
  }
}

/** A step without a part that it could do without. */
export const bare = (id: string): Step => ({ id, title: id, timeout: 1_000, run: () => Promise.resolve() });
export const failing = (): Promise<never> => Promise.reject(new Error("broken"));
export const hanging = (): Promise<never> => new Promise(() => undefined);
/** Each step and how it ended. */
export const states = (result: PlanResult): string[] => result.steps.map(({ id, state }) => `${id} ${state}`);
