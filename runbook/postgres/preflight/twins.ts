import { catalogDifferences, isCarrying, mending, nameOf, type Difference } from "../catalog-differences";
import { readObjects } from "../catalog-objects";
import { ddlSince, type DdlChange } from "../ddl-watch";
import { otherSide, type Side } from "../../side";
import type { Fix, Severity } from "./finding";
import type { Kind, Sighting } from "./kind";
import { bySide, type Survey } from "./survey";

/** How much of a definition is told: a function's is its whole text. */
const TOLD = 200;

/**
 * The schema of the side that is the writer is the model of the other's: replication stops at a table or column that
 * is not there, a sequence that is missing cannot be set, and what else is missing shows only after the switch.
 * Changes since the start are told as such.
 */
export const twins: Kind = {
  id: "twins",
  title: "Both sides have the same schema",
  async find(survey) {
    const { on, server, writer, signal } = survey;
    const closed = otherSide(writer);
    const [objects, changes] = await Promise.all([
      bySide((side) => readObjects(on[side], signal)),
      bySide((side) => ddlSince(on[side], signal)),
    ]);
    // `start` brings the schema to a target that has none.
    if (survey.phase === "start" && !objects.target.some(({ kind }) => kind === "table")) return [];
    const isSameVersion = major(server.source.version) === major(server.target.version);
    return catalogDifferences(objects[writer], objects[closed], isSameVersion).map((difference) =>
      twinFinding(difference, survey, closed, causeOf(difference, changes)),
    );
  },
};

const major = (version: number): number => Math.floor(version / 10_000);

function twinFinding(
  difference: Difference,
  { phase, writer }: Survey,
  closed: Side,
  cause: string,
): Sighting {
  const { model, found, kind } = difference;
  const sql = mending(difference);
  return {
    severity: severityOf(difference, phase),
    side: closed,
    found: `${nameOf(difference)} ${stateOf(difference, writer, closed)}${cause}`,
    expected: model
      ? `${brief(model.definition) || `a plain ${kind}`}, as on the ${writer}`
      : `no such ${kind}, as on the ${writer}`,
    fix:
      sql === undefined
        ? { action: `make ${nameOf(difference)} on the ${closed} as it is on the ${writer}` }
        : ({
            sql,
            on: closed,
            ...(found && !model ? { then: `or make it on the ${writer}` } : {}),
          } satisfies Fix),
  };
}

function stateOf({ model, found }: Difference, writer: Side, closed: Side): string {
  if (!found) return `is missing on the ${closed}`;
  if (!model) return `is on the ${closed} alone, and missing on the ${writer}`;
  return `is ${brief(found.definition) || `a plain ${found.kind}`} on the ${closed}`;
}

/** Before the start an index may be left for later on purpose: the copy is faster without. */
function severityOf({ kind, model }: Difference, phase: Survey["phase"]): Severity {
  if (isCarrying(kind)) return "blocks";
  return phase === "switch" && model ? "blocks" : "warns";
}

function causeOf({ kind, name }: Difference, changes: Readonly<Record<Side, readonly DdlChange[]>>): string {
  const said = (["source", "target"] as const).flatMap((side) =>
    changes[side]
      .filter((change) => change.kind === kind && change.name === name)
      .map(({ change }) => `${change} on the ${side}`),
  );
  return said.length === 0 ? "" : ` (it was ${said.join(" and ")} since the start)`;
}

function brief(definition: string): string {
  const line = definition.replaceAll(/\s+/g, " ").trim();
  return line.length > TOLD ? `${line.slice(0, TOLD)}...` : line;
}
