import { eachDatabase } from "../each-database";
import { SIDES, type Side } from "../side";
import type { StepContext } from "../step";
import type { Session } from "../postgres/session";
import { removalsOf, type TraceKind } from "../postgres/traces";

/** What a dry run tells of a step that removes what the runbook has put into the databases. */
export const removals =
  <D extends { readonly name: string }>(
    databases: readonly D[],
    /** @returns undefined when nothing would be done on that side */
    session: (database: D, side: Side, signal: AbortSignal) => Promise<Session | undefined>,
    kinds: Partial<Readonly<Record<Side, readonly TraceKind[]>>>,
  ) =>
  async ({ signal }: StepContext): Promise<string[]> => {
    const told = await eachDatabase(databases, async (database) => {
      const sides = SIDES.map(async (side) => {
        const on = kinds[side] && (await session(database, side, signal));
        const found = on ? await removalsOf(on, kinds[side] ?? [], signal) : [];
        return found.map((removal) => `${database.name}, ${side}: ${removal}`);
      });
      return (await Promise.all(sides)).flat();
    });
    return [...told.values()].flat();
  };
