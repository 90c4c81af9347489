import { setTimeout as pause } from "node:timers/promises";
import { each as eachOf } from "../each";
import type { Side } from "../side";
import type { Step } from "../step";
import type { Pointer } from "../world";

/** Something that names the active side, and what messages call it. */
export interface NamedPointer {
  readonly name: string;
  readonly pointer: Pointer;
}

/** How a pointer's two steps are called in journal and output. */
export interface PointerTitles {
  readonly id: string;
  readonly title: string;
  readonly convergedId: string;
  readonly convergedTitle: string;
}

/**
 * How long all points may take to agree, in milliseconds. For CloudFront's key-value store 20 to 32 s were measured in the
 * wild; Route 53 says "generally within 60 seconds", and resolvers keep what they know for its TTL.
 */
const CONVERGENCE = 600_000;
const PROBE_INTERVAL = 250;

/**
 * Has some pointers name a side, then waits until every vantage point of each agrees.
 *
 * @param whenConverged what is left to do then. @default - nothing
 */
export function pointerSteps(
  pointers: readonly NamedPointer[],
  to: Side,
  { id, title, convergedId, convergedTitle }: PointerTitles,
  whenConverged?: (signal: AbortSignal) => Promise<unknown>,
): Step[] {
  if (pointers.length === 0) return [];
  const each = <T>(work: (pointer: NamedPointer) => Promise<T>): Promise<T[]> =>
    eachOf(pointers, ({ name }) => name, work);
  return [
    {
      id,
      title,
      timeout: 60_000,
      async check() {
        const sides = await each(({ pointer }) => pointer.current());
        return sides.every((side) => side === to);
      },
      run: async () => void (await each(({ pointer }) => pointer.point(to))),
      actions: () => Promise.resolve(pointers.map(({ name }) => `${name}: name the ${to}`)),
      async verify() {
        await each(async ({ pointer }) => {
          const current = await pointer.current();
          if (current !== to) throw new Error(`it names the ${current}, expected the ${to}`);
        });
      },
    },
    {
      id: convergedId,
      title: convergedTitle,
      timeout: CONVERGENCE,
      async run(context) {
        for (;;) {
          const sightings = (await Promise.all(pointers.map(({ pointer }) => pointer.probe()))).flat();
          const agreeing = sightings.filter(({ side }) => side === to).length;
          context.observe("pointsAgreeing", agreeing);
          context.observe("points", sightings.length);
          if (agreeing === sightings.length) {
            await whenConverged?.(context.signal);
            return;
          }
          const others = sightings.filter(({ side }) => side !== to).map(({ vantagePoint }) => vantagePoint);
          context.observe("waitingFor", others.slice(0, 5).join(", "));
          await pause(PROBE_INTERVAL, undefined, { signal: context.signal });
        }
      },
    },
  ];
}
