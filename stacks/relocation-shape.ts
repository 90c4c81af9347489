import { z } from "zod";
import { fault } from "../lib/workload/fault";
import { type SchemaOf, workloadShape } from "../lib/workload/workload-shape";
import type { AdoptedModules } from "./adopted-modules";
import type { RelocationBackend, RelocationProps, RelocationRegion } from "./relocation-props";

const text = z.string();
const names = z.record(z.string(), text).optional();

const adopted = z.strictObject({
  network: z.looseObject({}).optional(),
  databases: names,
  caches: names,
  buckets: names,
  queues: names,
  registries: names,
  secrets: names,
  keys: names,
  mail: z.boolean().optional(),
  loadBalancer: z.strictObject({ loadBalancer: text, listener: text, securityGroup: text }).optional(),
  targetGroups: names,
  services: names,
  schedules: names,
} satisfies SchemaOf<AdoptedModules>);

const region = z.strictObject({
  region: text,
  cidr: text.optional(),
  deletionProtection: z.boolean().optional(),
  existing: z.custom((value) => value === undefined || typeof value === "function", "a function").optional(),
  adopt: adopted.optional(),
  originCertificateArn: text.optional(),
  notify: z.array(text).optional(),
} satisfies SchemaOf<RelocationRegion>);

const backend = z.strictObject({
  bucket: text,
  region: text,
  keyPrefix: text.optional(),
} satisfies SchemaOf<RelocationBackend>);

const relocationShape = z.strictObject({
  workload: workloadShape,
  source: region,
  target: region,
  runnerImage: text,
  poolerImage: text.optional(),
  accountId: text.optional(),
  backend: backend.optional(),
  tags: names,
  // Held against its own shape when all else is right.
  follows: z.looseObject({}).optional(),
} satisfies SchemaOf<RelocationProps>);

/** What zod calls a type, as a person would. */
const TYPES: { readonly [type: string]: string } = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  record: "an object with a property for each name",
  object: "an object",
};

/** How the description is formed. */
export interface ShapeFaults {
  /** Of what is missing or of another type: nothing else can be looked at before these are mended. */
  readonly wrong: string[];
  /** Of properties that nothing reads, such as one with a slip in its name. */
  readonly unknown: string[];
}

/** @returns what the compiler would have refused, had it seen the description */
export function shapeFaults(props: RelocationProps): ShapeFaults {
  const { error } = relocationShape.safeParse(props);
  const issues = error?.issues ?? [];
  return {
    wrong: issues.filter(({ code }) => code !== "unrecognized_keys").map((issue) => wrong(props, issue)),
    unknown: issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? unknown(props, issue) : [])),
  };
}

function wrong(props: unknown, issue: z.core.$ZodIssue): string {
  const value = valueAt(props, issue.path);
  return fault(
    where(issue.path),
    value === undefined ? "nothing" : JSON.stringify(value),
    issue.code === "invalid_type" ? (TYPES[issue.expected] ?? issue.expected) : issue.message,
    "write it as the API reference says",
  );
}

function unknown(props: unknown, { path, keys }: z.core.$ZodIssueUnrecognizedKeys): string[] {
  // What is undefined was left out on purpose.
  const given = keys.filter((key) => valueAt(props, [...path, key]) !== undefined);
  return given.map((key) =>
    fault(
      where([...path, key]),
      "a property of this name",
      "none, as nothing reads it",
      "correct the name, or take it out",
    ),
  );
}

function valueAt(props: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((at, key) => (at as Record<PropertyKey, unknown>)[key], props);
}

/** Things of the workload are called by their own place, as all other faults call them. */
function where(path: readonly PropertyKey[]): string {
  const [first, ...below] = path.map(String);
  return (first === "workload" && below.length > 0 ? below : [first ?? "props", ...below]).join(".");
}
