import { z } from "zod";
import type { WorkloadCache } from "./cache";
import type { ServerAuthorities, WorkloadDatabase } from "./database";
import type { WorkloadEdge } from "./edge";
import type { WorkloadMail } from "./mail";
import type { WorkloadSchedule } from "./schedule";
import type { RegistryImage, WorkloadOneOff, WorkloadWeb, WorkloadWorker } from "./service";
import type { Workload } from "./workload";

/** A schema for each property of a type, so that the compiler sees one that is missing, or too much. */
export type SchemaOf<T> = { readonly [K in keyof Required<T>]: z.ZodType };

const text = z.string();
const number = z.number();
const texts = z.array(text).optional();
const byName = <T extends z.ZodType>(one: T) => z.record(z.string(), one);

const database = z.strictObject({
  engine: text.optional(),
  engineVersion: text,
  strategy: text.optional(),
  targetEngineVersion: text.optional(),
  writerDiscovery: text.optional(),
  acceptedLossMinutes: number.optional(),
  instanceClass: text.optional(),
  storageGib: number.optional(),
  databaseName: text.optional(),
  serverAuthorities: z
    .strictObject({ source: text.optional(), target: text.optional() } satisfies SchemaOf<ServerAuthorities>)
    .optional(),
  applicationRole: text.optional(),
} satisfies SchemaOf<WorkloadDatabase>);

const cache = z.strictObject({
  engine: text.optional(),
  engineVersion: text,
  strategy: text.optional(),
  nodeType: text.optional(),
  replicas: number.optional(),
} satisfies SchemaOf<WorkloadCache>);

const registryImage = z.strictObject({ registry: text, tag: text } satisfies SchemaOf<RegistryImage>);

const oneOff = {
  kind: text,
  image: z.union([text, registryImage], { error: "text, or a registry and a tag" }),
  cpu: number.optional(),
  memory: number.optional(),
  command: texts,
  environment: byName(text).optional(),
  secrets: byName(text).optional(),
  databases: texts,
  caches: texts,
  buckets: texts,
  queues: texts,
  keys: texts,
  sendsMail: z.boolean().optional(),
} satisfies SchemaOf<WorkloadOneOff>;

const worker = {
  ...oneOff,
  tasks: number,
  maxTasks: number.optional(),
} satisfies SchemaOf<WorkloadWorker>;

const web = {
  ...oneOff,
  kind: text.optional(),
  port: number,
  healthCheckPath: text,
  tasks: number,
  standbyTasks: number.optional(),
  paths: texts,
} satisfies SchemaOf<WorkloadWeb>;

const SERVICES: { readonly [kind: string]: z.ZodType } = {
  web: z.strictObject(web),
  worker: z.strictObject(worker),
  "one-off": z.strictObject(oneOff),
};
/** Of a kind that there is not, or none that is text: the fault says so. */
const kindOnly = z.looseObject({ kind: text.optional() });

/** Not a union, whose faults would be those of every kind. */
const service = z.unknown().superRefine((value, context) => {
  const { success, data } = kindOnly.safeParse(value);
  const schema = success ? SERVICES[data.kind ?? "web"] : undefined;
  (schema ?? kindOnly).safeParse(value).error?.issues.forEach((issue) => context.addIssue({ ...issue }));
});

const schedule = z.strictObject({
  service: text,
  expression: text,
  timezone: text.optional(),
} satisfies SchemaOf<WorkloadSchedule>);

const mail = z.strictObject({
  domain: text,
  dmarcPolicy: text.optional(),
  dmarcReportsTo: text.optional(),
} satisfies SchemaOf<WorkloadMail>);

const edge = z.strictObject({
  publicName: text,
  zone: text.optional(),
  flip: text.optional(),
  certificateArn: text.optional(),
  ttlSeconds: number.optional(),
  cachedPaths: texts,
  webAclArn: text.optional(),
  accessLogBucket: text.optional(),
  adoptDistribution: text.optional(),
} satisfies SchemaOf<WorkloadEdge>);

/**
 * Which properties a workload has, and of which type each is; what they mean is looked at afterwards.
 *
 * The compiler knows as much, but not every description meets it: it may be read from a file, or run with types stripped.
 */
export const workloadShape = z.strictObject({
  name: text,
  databases: byName(database).optional(),
  caches: byName(cache).optional(),
  buckets: texts,
  queues: texts,
  registries: texts,
  secrets: texts,
  keys: texts,
  services: byName(service),
  schedules: byName(schedule).optional(),
  mail: mail.optional(),
  edge: edge.optional(),
} satisfies SchemaOf<Workload>);
