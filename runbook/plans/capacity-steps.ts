import { each as eachOf } from "../each";
import { otherSide, type Side } from "../side";
import type { Step } from "../step";
import type { WebService } from "../web-service";

const MINUTE = 60_000;

/**
 * Before visitors come: the side that is entered has as many tasks as it is described with, and as many as the other one
 * has needed last. Undone, their number follows the load again, and falls by itself.
 */
export function capacitySteps(services: readonly WebService[], to: Side): Step[] {
  if (services.length === 0) return [];
  const wanted = async (service: WebService, signal: AbortSignal): Promise<number> =>
    Math.max(service.described[to], await service.running(otherSide(to), signal));
  return [
    {
      id: "capacity",
      title: `The ${to} is at full capacity`,
      timeout: 20 * MINUTE,
      async check({ signal }) {
        const raised = await each(services, async (service) =>
          service.isRaised(to, await wanted(service, signal), signal),
        );
        return raised.every(Boolean);
      },
      async run(context) {
        const { signal } = context;
        await each(services, async (service) => {
          const tasks = await wanted(service, signal);
          context.observe(`${service.name}.tasks`, tasks);
          await service.raise(to, tasks, signal, (seen) => context.observe(`${service.name}.seen`, seen));
        });
      },
      actions: ({ signal }) =>
        each(
          services,
          async (service) =>
            `${service.name}: have ${await wanted(service, signal)} tasks or more on the ${to}, and keep Auto Scaling from lowering them`,
        ),
      undo: () => letGo(services, to),
    },
  ];
}

/** Once visitors have come, their load says how many tasks there must be. */
export function capacityFreeSteps(services: readonly WebService[], to: Side): Step[] {
  if (services.length === 0) return [];
  return [
    {
      id: "capacity-free",
      title: `The ${to} follows the load`,
      timeout: MINUTE,
      run: () => letGo(services, to),
      actions: () =>
        Promise.resolve(
          services.map(({ name }) => `${name}: let Auto Scaling lower its tasks on the ${to} again`),
        ),
    },
  ];
}

const letGo = async (services: readonly WebService[], side: Side): Promise<void> =>
  void (await each(services, (service) => service.letGo(side)));

const each = <T>(services: readonly WebService[], work: (service: WebService) => Promise<T>): Promise<T[]> =>
  eachOf(services, ({ name }) => `service ${name}`, work);
