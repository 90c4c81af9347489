import { eachDatabase } from "../each-database";
import type { Step } from "../step";
import { canLogIn, ensureRole } from "../postgres/roles";
import { barredRoles } from "../postgres/strict-fence";
import { copySchema, schemaCopyActions } from "../postgres/schema-copy";
import type { StartedDatabase, StartedDatabases } from "./started-database";

const MINUTE = 60_000;

/** The application's roles and tables on the target, as on the source. A replica has them. */
export function schemaSteps(databases: StartedDatabases): Step[] {
  const { all, each, tell } = databases;
  /** Who is kept out by a strict fence is let in where its gate opens. */
  const expected = async ({ pair, on }: StartedDatabase, signal: AbortSignal): Promise<string[]> => {
    const barred = await barredRoles(await on("target", signal), signal);
    return pair.applicationRoles.filter((role) => !barred.includes(role));
  };

  const roles: Step = {
    id: "roles",
    title: "The application can log in to the target",
    timeout: MINUTE,
    async check({ signal }) {
      const refusals = await eachDatabase(all, async (database) =>
        Promise.all(
          (await expected(database, signal)).map((role) => canLogIn(database.pair, "target", role, signal)),
        ),
      );
      return [...refusals.values()].flat().every((refusal) => refusal === undefined);
    },
    run: ({ signal }) =>
      each(async (database) => {
        const { pair, on } = database;
        for (const role of await expected(database, signal))
          await ensureRole(await on("target", signal), role, await pair.applicationPassword(role), signal);
      }),
    actions: ({ signal }) =>
      tell(async (database) => {
        const { pair } = database;
        const lines = (await expected(database, signal)).map(async (role) =>
          (await canLogIn(pair, "target", role, signal)) === undefined
            ? []
            : [`target: CREATE or ALTER ROLE ${role} LOGIN PASSWORD (of the secret)`],
        );
        return (await Promise.all(lines)).flat();
      }),
    verify: ({ signal }) =>
      each(async (database) => {
        const { pair } = database;
        for (const role of await expected(database, signal)) {
          const refusal = await canLogIn(pair, "target", role, signal);
          if (refusal !== undefined)
            throw new Error(`the application cannot log in to the target: ${refusal}`);
        }
      }),
  };

  /** Tables that are there have been compared by the preflight. */
  const bare = async (signal: AbortSignal): Promise<StartedDatabase[]> => {
    const counts = await eachDatabase(all, async ({ tables: read }) => ({
      source: (await read("source", signal)).length,
      target: (await read("target", signal)).length,
    }));
    return all.filter(({ name }) => counts.get(name)?.source !== 0 && counts.get(name)?.target === 0);
  };
  const tables: Step = {
    id: "tables",
    title: "The target has the source's tables",
    timeout: 10 * MINUTE,
    check: async ({ signal }) => (await bare(signal)).length === 0,
    run: async ({ signal }) =>
      void (await eachDatabase(await bare(signal), ({ pair }) => copySchema(pair, signal))),
    actions: async ({ signal }) =>
      [
        ...(await eachDatabase(await bare(signal), ({ pair }) => schemaCopyActions(pair, signal))).values(),
      ].flat(),
  };

  return [roles, tables];
}
