import type { Side } from "../side";
import type { Step } from "../step";
import { takeFingerprint } from "../postgres/ddl-watch";
import { installGates, removeGates } from "../postgres/gate-triggers";
import { isPublished, publish, unpublish } from "../postgres/publication";
import { dropSchema, hasSchema, installSchema } from "../postgres/schema-presence";
import type { StartedDatabases } from "./started-database";

const MINUTE = 60_000;

/** What every table has before rows are replicated: a gate before it, and a publication. */
export function gateStartSteps(databases: StartedDatabases): Step[] {
  const { eachSide, every, takeBack, tell } = databases;

  const schema: Step = {
    id: "schema",
    title: "The gates are there: open on the source, closed on the target",
    timeout: MINUTE,
    // Functions may have changed with the release; making them again is one statement.
    run: ({ signal }) =>
      eachSide(
        async ({ pair, on }, side) =>
          installSchema(await on(side, signal), side, pair.applicationRoles, signal),
        signal,
      ),
    actions: ({ signal }) =>
      tell(async ({ on, pair, sides }) => {
        const lines = (await sides(signal)).map(async (side) => {
          if (await hasSchema(await on(side, signal), signal))
            return [`${side}: renew the functions of schema relocate`];
          const made = [`${side}: CREATE SCHEMA relocate, with a gate that is ${GATE[side]}`];
          if (side === "source") return made;
          const readOnly = pair.applicationRoles.map(
            (role) =>
              `${side}: ALTER ROLE ${role} SET default_transaction_read_only = on, and end its sessions`,
          );
          return [...made, ...readOnly];
        });
        return (await Promise.all(lines)).flat();
      }),
    verify: ({ signal }) =>
      eachSide(async ({ on }, side) => {
        if (!(await hasSchema(await on(side, signal), signal))) throw new Error(`no gate on the ${side}`);
      }, signal),
    undo: takeBack(({ pair, on, sides }, signal) =>
      onAll(sides(signal), async (side) =>
        dropSchema(await on(side, signal), side, pair.applicationRoles, signal),
      ),
    ),
  };

  const noted: Step = {
    id: "noted",
    title: "The schema is written down, so that a later change of it is seen",
    timeout: MINUTE,
    run: ({ signal }) =>
      eachSide(async ({ on }, side) => takeFingerprint(await on(side, signal), signal), signal),
    actions: ({ signal }) =>
      tell(async ({ sides }) =>
        (await sides(signal)).map((side) => `${side}: fill table relocate.fingerprint from the catalog`),
      ),
  };

  const gates: Step = {
    id: "gates",
    title: "Every table asks its gate",
    timeout: 10 * MINUTE,
    check: ({ signal }) =>
      every(
        async ({ tables }, side) => (await tables(side, signal)).every(({ gate }) => gate === "enabled"),
        signal,
      ),
    run: ({ signal }) =>
      eachSide(
        async ({ on, tables }, side) =>
          installGates(await on(side, signal), await tables(side, signal), signal),
        signal,
      ),
    actions: ({ signal }) =>
      tell(async ({ tables, sides }) => {
        const lines = (await sides(signal)).map(async (side) =>
          (await tables(side, signal))
            .filter(({ gate }) => gate !== "enabled")
            .map(({ quoted }) => `${side}: CREATE TRIGGER relocate_gate BEFORE every change ON ${quoted}`),
        );
        return (await Promise.all(lines)).flat();
      }),
    undo: takeBack(({ on, tables, sides }, signal) =>
      onAll(sides(signal), async (side) =>
        removeGates(await on(side, signal), await tables(side, signal), signal),
      ),
    ),
  };

  const publications: Step = {
    id: "publications",
    title: "Both sides publish their tables",
    timeout: MINUTE,
    check: ({ signal }) =>
      every(
        async ({ on, tables }, side) =>
          isPublished(await on(side, signal), await tables(side, signal), signal),
        signal,
      ),
    run: ({ signal }) =>
      eachSide(
        async ({ on, tables }, side) => publish(await on(side, signal), await tables(side, signal), signal),
        signal,
      ),
    actions: ({ signal }) =>
      tell(async ({ tables, sides }) => {
        const lines = (await sides(signal)).map(async (side) => {
          const count = (await tables(side, signal)).filter(({ isPartition }) => !isPartition).length;
          return `${side}: CREATE or ALTER PUBLICATION relocate with ${count} tables and the runbook's own`;
        });
        return Promise.all(lines);
      }),
    undo: takeBack(({ on, sides }, signal) =>
      onAll(sides(signal), async (side) => unpublish(await on(side, signal), signal)),
    ),
  };

  return [schema, noted, gates, publications];
}

const GATE = { source: "open", target: "closed" } as const satisfies Record<Side, string>;

const onAll = async <S>(sides: Promise<readonly S[]>, work: (side: S) => Promise<unknown>): Promise<void> => {
  await Promise.all((await sides).map(work));
};
