import { z } from "zod";

/** Raised when a field changes meaning; the runbook refuses a manifest of another version. */
export const MANIFEST_VERSION = 1;

/** The name of the Terraform output that carries a phase stack's part of the manifest. */
export const MANIFEST_OUTPUT = "relocate_manifest";

const databaseSide = z.strictObject({
  /** RDS instance identifier. */
  identifier: z.string(),
  /** Real endpoint host name: the name that the server's certificate carries. */
  host: z.string(),
  port: z.number().int(),
  /** ARN of the secret RDS keeps for the operator (master user): JSON with `username` and `password`. */
  operatorSecretArn: z.string(),
  /** ARN, in this side's own region, of the secret whose whole text is the application role's password. */
  applicationSecretArn: z.string(),
});

const database = z.strictObject({
  engine: z.literal("postgres"),
  /** Major version, such as `18`. */
  majorVersion: z.number().int(),
  strategy: z.literal("logical"),
  writerDiscovery: z.literal("host-list"),
  /** Name of the database inside the server. */
  databaseName: z.string(),
  operatorRole: z.string(),
  applicationRole: z.string(),
  source: databaseSide,
  target: databaseSide,
});

const serviceSide = z.strictObject({ cluster: z.string(), service: z.string(), tasks: z.number().int() });

const standby = z.strictObject({
  databases: z.record(z.string(), database),
  services: z.record(z.string(), z.strictObject({ source: serviceSide, target: serviceSide })),
  buckets: z.record(z.string(), z.strictObject({ source: z.string(), target: z.string() })),
});

const replication = z.strictObject({
  peeringConnectionId: z.string(),
  /** DynamoDB table for the journal and the lease, in the target region. */
  journalTable: z.string(),
  /** The one-off ECS task that runs the runbook inside the target's network. */
  runner: z.strictObject({
    cluster: z.string(),
    taskDefinitionArn: z.string(),
    subnetIds: z.array(z.string()),
    securityGroupIds: z.array(z.string()),
  }),
});

const edge = {
  distributionId: z.string(),
  publicName: z.string(),
  /** Origin id of each side: the region's name. */
  origins: z.strictObject({ source: z.string(), target: z.string() }),
};

const cutover = z.strictObject({
  edge: z.discriminatedUnion("flip", [
    /** A router function asks the store which origin is active. */
    z.strictObject({
      flip: z.literal("key-value-store"),
      ...edge,
      routerFunctionName: z.string(),
      keyValueStoreArn: z.string(),
      /** Key whose value is the origin id of the active side. */
      activeKey: z.string(),
    }),
    /** No function: the distribution's own target origin is the active side's. */
    z.strictObject({ flip: z.literal("distribution"), ...edge }),
  ]),
});

const decommission = z.strictObject({
  finalSnapshots: z.record(z.string(), z.string()),
  archiveBucket: z.string(),
});

const common = {
  version: z.literal(MANIFEST_VERSION),
  /** Name of the workload, such as `storefront`. */
  workload: z.string(),
  /** Region the workload leaves. */
  sourceRegion: z.string(),
  /** Region the workload goes to. */
  targetRegion: z.string(),
};

/** One phase stack's part, exactly as it stands in that stack's output. */
export const manifestPart = z.discriminatedUnion("phase", [
  z.strictObject({ ...common, phase: z.literal("standby"), ...standby.shape }),
  z.strictObject({ ...common, phase: z.literal("replication"), ...replication.shape }),
  z.strictObject({ ...common, phase: z.literal("cutover"), ...cutover.shape }),
  z.strictObject({ ...common, phase: z.literal("decommission"), ...decommission.shape }),
]);

/** What one phase stack tells the runbook. */
export type ManifestPart = z.infer<typeof manifestPart>;
/** The phase a stack stands for. */
export type Phase = ManifestPart["phase"];
/** The part of one phase. */
export type PartOf<P extends Phase> = Extract<ManifestPart, { phase: P }>;
/** One database as the manifest describes it, with both sides. */
export type ManifestDatabase = z.infer<typeof database>;
/** The edge as the manifest describes it. */
export type ManifestEdge = z.infer<typeof cutover>["edge"];

/**
 * Reads one stack's part of the manifest.
 *
 * @param value the output's value, as `terraform output -json` gives it
 * @param from where it was read, for the message
 * @throws Error that lists every field that is wrong, with its path
 */
export function parseManifestPart(value: unknown, from: string): ManifestPart {
  const parsed = manifestPart.safeParse(value);
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(whole)"}: ${issue.message}`,
  );
  throw new Error(
    [
      `${from}: the manifest is not of version ${MANIFEST_VERSION} as this release knows it`,
      ...findings,
    ].join("\n"),
  );
}
