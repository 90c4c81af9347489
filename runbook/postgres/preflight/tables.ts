import type { Side } from "../../side";
import type { Table } from "../catalog";
import type { Fix } from "./finding";
import type { Kind, Sighting } from "./kind";
import { changeable, superuserOf, type Server, type Survey } from "./survey";

type TableKind = Omit<Kind, "find"> & {
  readonly look: (table: Table, side: Side, survey: Survey) => readonly Sighting[];
};

/** A kind that needs to know no more of a table than the survey has read. */
const ofTable = ({ look, ...kind }: TableKind): Kind => ({
  ...kind,
  find: (survey) =>
    Promise.resolve(
      changeable(survey.server).flatMap((side) =>
        survey.tables[side].flatMap((table) => look(table, side, survey)),
      ),
    ),
});

/** Only who has a table's rights may put a trigger before it, publish it and have rows applied to it. */
export const ownership = ofTable({
  id: "ownership",
  title: "The operator has the rights of every table's owner",
  look: ({ isOurs, quoted, owner }, side, { server }) =>
    isOurs
      ? []
      : [
          {
            severity: "blocks",
            side,
            found: `table ${quoted} on the ${side} belongs to another role, ${owner}`,
            expected: "an owner whose rights the operator has, and whom it may become",
            fix: ownershipFix(quoted, owner, side, server[side]),
          },
        ],
});

/** Membership in a superuser would make one of the operator. */
function ownershipFix(quoted: string, owner: string, side: Side, server: Server): Fix {
  const { operator, superusers, version } = server;
  if (superusers.includes(owner)) {
    return { sql: `ALTER TABLE ${quoted} OWNER TO ${operator}`, on: side, by: superuserOf(server) };
  }
  const options = version < 160_000 ? "" : " WITH INHERIT TRUE, SET TRUE";
  return { sql: `GRANT ${owner} TO ${operator}${options}`, on: side, by: "a role with its admin option" };
}

/** Row security that holds for the owner too would leave rows out of the copy, and hold up what is applied. */
export const rowSecurity = ofTable({
  id: "row-security",
  title: "Replication sees all rows",
  look: ({ hidesRows, quoted }, side) =>
    hidesRows
      ? [
          {
            severity: "blocks",
            side,
            found: `table ${quoted} on the ${side} forces row security upon its owner, so rows would be left out`,
            expected: "row security that the owner is free of, or an operator with BYPASSRLS",
            fix: { sql: `ALTER TABLE ${quoted} NO FORCE ROW LEVEL SECURITY`, on: side },
          },
        ]
      : [],
});

/** What such a trigger does on the one side comes over as rows, and would be done once more on the other. */
export const replicaTriggers = ofTable({
  id: "replica-triggers",
  title: "No trigger of the application fires for replicated rows",
  look: ({ replicaTriggers: triggers, quoted }, side) =>
    triggers.map((trigger) => ({
      severity: "blocks",
      side,
      found: `trigger ${trigger} of table ${quoted} on the ${side} fires for replicated rows too, so what it does would be done twice`,
      expected: "a trigger that fires for the application's own statements only",
      fix: { sql: `ALTER TABLE ${quoted} ENABLE TRIGGER ${trigger}`, on: side },
    })),
});

/** The rows of an unlogged table are in no log, so in no stream. */
export const unloggedTables = ofTable({
  id: "unlogged-tables",
  title: "Every table is logged",
  look: ({ isUnlogged, quoted }, side) =>
    isUnlogged
      ? [
          {
            severity: "blocks",
            side,
            found: `table ${quoted} on the ${side} is unlogged, so it is not replicated`,
            expected: "a logged table; to log it writes all of its rows once, under a lock",
            fix: { sql: `ALTER TABLE ${quoted} SET LOGGED`, on: side },
          },
        ]
      : [],
});
