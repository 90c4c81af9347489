import { escapeLiteral } from "pg";
import { OBJECT_KINDS, type CatalogObject, type ObjectKind } from "./catalog-objects";

/** An object that is not the same in two catalogs. */
export interface Difference {
  readonly kind: ObjectKind;
  /** Quoted and qualified. */
  readonly name: string;
  /** As it should be. @default - it should not be there */
  readonly model?: CatalogObject;
  /** As it is. @default - it is missing */
  readonly found?: CatalogObject;
}

/** Names an object as the runbook's texts do. */
export const nameOf = ({ kind, name }: Pick<Difference, "kind" | "name">): string => `${kind} ${name}`;

/** One of them says nothing of its own where the table it belongs to is missing: the table is made with it, or goes with it. */
const WITH_TABLE: ReadonlySet<ObjectKind> = new Set<ObjectKind>(["column", "sequence"]);
/** Servers of different major versions write their definitions in different words. */
const WORDED: ReadonlySet<ObjectKind> = new Set<ObjectKind>(["view", "rule", "policy"]);

/**
 * Where a catalog differs from its model, in an order in which it can be mended.
 *
 * @param sameVersion both are of one major version, so that every definition can be compared by its words
 */
export function catalogDifferences(
  model: readonly CatalogObject[],
  found: readonly CatalogObject[],
  sameVersion: boolean,
): Difference[] {
  const models = byKey(model);
  const those = byKey(found);
  const missing = (from: ReadonlyMap<string, CatalogObject>, { kind, of, sql }: CatalogObject): boolean =>
    of !== undefined && !from.has(`table ${of}`) && (WITH_TABLE.has(kind) || sql === undefined);
  const wanted = model.flatMap((one): Difference[] => {
    const other = those.get(nameOf(one));
    if (other ? isSame(one, other, sameVersion) : missing(those, one)) return [];
    return [{ kind: one.kind, name: one.name, model: one, found: other }];
  });
  // What goes, goes in the opposite order, with a table all that is part of it; and what others may rest on goes last.
  const gone = [...found]
    .reverse()
    .filter((one) => !models.has(nameOf(one)) && (one.of === undefined || models.has(`table ${one.of}`)))
    .map((one): Difference => ({ kind: one.kind, name: one.name, found: one }));
  const isRestedOn = ({ kind }: Difference): boolean =>
    OBJECT_KINDS.indexOf(kind) < OBJECT_KINDS.indexOf("table");
  return [...gone.filter((one) => !isRestedOn(one)), ...wanted, ...gone.filter(isRestedOn)];
}

const byKey = (objects: readonly CatalogObject[]): Map<string, CatalogObject> =>
  new Map(objects.map((one) => [nameOf(one), one]));

const isSame = (one: CatalogObject, other: CatalogObject, sameVersion: boolean): boolean =>
  one.definition === other.definition || (!sameVersion && WORDED.has(one.kind));

/** The statements that take a difference away; none where it takes a person. */
export function mending({ kind, model, found }: Difference): string | undefined {
  if (!model) return found && dropping(found);
  if (!found) return model.sql;
  if (kind === "type") return addedLabels(model, found);
  if (model.change !== undefined && !/ GENERATED /.test(found.definition)) return model.change;
  if (kind === "table" || kind === "column" || kind === "schema") return undefined;
  return `${dropping(found)};\n${model.sql}`;
}

function dropping({ kind, name, of }: CatalogObject): string {
  const own = of === undefined ? name : name.slice(of.length + 1);
  if (kind === "column" || kind === "constraint")
    return `ALTER TABLE ${of} DROP ${kind.toUpperCase()} ${own}`;
  if (kind === "trigger" || kind === "policy" || kind === "rule")
    return `DROP ${kind.toUpperCase()} ${own} ON ${of}`;
  return `DROP ${kind.toUpperCase()} ${name}`;
}

/** Labels can be added to an enumeration, and not be taken away. */
function addedLabels({ name, definition }: CatalogObject, found: CatalogObject): string | undefined {
  const labels = labelsOf(definition);
  const known = labelsOf(found.definition);
  if (labels.length === 0 || known.some((label) => !labels.includes(label))) return undefined;
  return labels
    .flatMap((label, index) => {
      if (known.includes(label)) return [];
      const place =
        index > 0
          ? ` AFTER ${escapeLiteral(labels[index - 1] as string)}`
          : ` BEFORE ${escapeLiteral(known[0] as string)}`;
      return [`ALTER TYPE ${name} ADD VALUE ${escapeLiteral(label)}${place}`];
    })
    .join(";\n");
}

const labelsOf = (definition: string): string[] =>
  definition.startsWith("ENUM (")
    ? [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, label]) =>
        (label as string).replaceAll("''", "'"),
      )
    : [];

/** Kinds without which rows cannot be brought over, or the next number not be drawn. */
const CARRYING: ReadonlySet<ObjectKind> = new Set(
  OBJECT_KINDS.slice(0, OBJECT_KINDS.indexOf("constraint") + 1).filter((kind) => kind !== "function"),
);

/** Whether replication itself rests on a kind of object, rather than the application alone. */
export const isCarrying = (kind: ObjectKind): boolean => CARRYING.has(kind);
