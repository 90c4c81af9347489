import { isObject, type ObjectValue, same, textOf, type Value } from "../value";
import { type Made, tail } from "./made";
import type { Mirror } from "./mirrors";

const isArn = (value: Value | undefined): value is string =>
  typeof value === "string" && value.startsWith("arn:");

/** Whether two values mean the same thing: one may be an ARN where the other is a name or id. */
function means(wanted: Value, found: Value | undefined): boolean {
  if (typeof wanted === "string" && typeof found === "string" && isArn(wanted) !== isArn(found))
    return tail(wanted) === tail(found);
  return same(wanted, found);
}

/** Filters of the EC2 API that do not go by the attribute's own name, whatever they are put to. */
const FILTERED_BY: Readonly<Record<string, string>> = {
  cidr: "cidr_block",
  "group-id": "id",
  "group-name": "name",
};

/** Filters that name a relation: an association, by the attribute of the association that holds the other end. */
function associated(made: Made, object: ObjectValue, filter: string): Value[] | undefined {
  if (filter !== "association.subnet-id") return undefined;
  return made.cloud
    .find("aws_route_table_association")
    .filter((one) => one.route_table_id === object.id)
    .map((one) => one.subnet_id ?? null);
}

/** What an object has for a filter, or undefined when the filter is one that nothing here can answer. */
function filtered(made: Made, of: string, object: ObjectValue, filter: string): Value[] | undefined {
  const [, tag] = /^tag:(.+)$/.exec(filter) ?? [];
  if (tag !== undefined) return [textOf(object.tags_all ?? object.tags, tag) ?? null];
  const ownId = `${of.replace(/^aws_/, "").replaceAll("_", "-")}-id`;
  const name = filter === ownId ? "id" : (FILTERED_BY[filter] ?? filter.replaceAll("-", "_"));
  return name in object ? [object[name] ?? null] : associated(made, object, filter);
}

function passesFilters(made: Made, of: string, object: ObjectValue): boolean {
  const filters = Array.isArray(made.values.filter) ? made.values.filter : [];
  return filters.filter(isObject).every((filter) => {
    const wanted = Array.isArray(filter.values) ? filter.values : [];
    const found = filtered(made, of, object, textOf(filter, "name") ?? "") ?? [];
    return wanted.some((one) => found.some((value) => same(one, value)));
  });
}

function hasTags(made: Made, object: ObjectValue): boolean {
  const wanted = isObject(made.values.tags) ? made.values.tags : {};
  const found = object.tags_all ?? object.tags;
  return Object.entries(wanted).every(([name, value]) => textOf(found, name) === value);
}

/** The objects of the cloud that a data source means: by its arguments, tags and filters, in its region. */
export function lookUp(made: Made, { of, by }: Mirror): ObjectValue[] {
  const asked = Object.entries(by).filter(([argument]) => (made.values[argument] ?? null) !== null);
  const filters = Array.isArray(made.values.filter) ? made.values.filter.length : 0;
  const tags = isObject(made.values.tags) ? Object.keys(made.values.tags).length : 0;
  if (asked.length + filters + tags === 0) return [];
  return made.cloud
    .find(of)
    .filter((object) => object.region === undefined || object.region === made.region)
    .filter((object) => asked.every(([argument, name]) => means(made.values[argument] ?? null, object[name])))
    .filter((object) => hasTags(made, object) && passesFilters(made, of, object));
}
