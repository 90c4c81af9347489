import { z } from "zod";

/** Raised when a field changes meaning; the runbook refuses a manifest of another version. */
export const MANIFEST_VERSION = 2;

/** The name of the Terraform output that carries a phase stack's part of the manifest. */
export const MANIFEST_OUTPUT = "relocate_manifest";

/** The name of the Terraform output that carries a stack's suppressions to `relocate review`. */
export const SUPPRESSIONS_OUTPUT = "relocate_review_suppressions";

/** Days that RDS keeps a database's automated backups; whoever promotes a replica asks for as many. */
export const BACKUP_DAYS = 14;

const bothSides = <T extends z.ZodType>(side: T) => z.strictObject({ source: side, target: side });

const databaseSide = z.strictObject({
  /** RDS identifier of the instance, or of the cluster with Aurora. */
  identifier: z.string(),
  /** Real endpoint host name: the name that the server's certificate carries. Empty before a snapshot is restored. */
  host: z.string(),
  port: z.number().int(),
  /** As RDS writes it, such as `18` or `8.0.mysql_aurora.3.08.0`. */
  engineVersion: z.string(),
  /** Major version, such as `18`. */
  majorVersion: z.number().int(),
  /** ARN of the secret RDS keeps for the operator (master user): JSON with `username` and `password`. */
  operatorSecretArn: z.string(),
  /** ARN, in this side's own region, of the secret whose whole text is the application role's password. */
  applicationSecretArn: z.string(),
});

const database = z.strictObject({
  engine: z.enum(["postgres", "mysql", "aurora-postgresql", "aurora-mysql"]),
  strategy: z.enum(["logical", "physical", "seeded", "aurora-global", "snapshot"]),
  writerDiscovery: z.enum(["host-list", "pooler", "cname"]),
  /** With strategy `snapshot`: how many minutes of acknowledged writes may be lost. */
  acceptedLossMinutes: z.number().int().optional(),
  /** Name of the database inside the server. */
  databaseName: z.string(),
  /** Path on each side's server of the authorities that it verifies the other's certificate by. @default - it does not verify */
  serverAuthorities: z
    .strictObject({ source: z.string().optional(), target: z.string().optional() })
    .optional(),
  operatorRole: z.string(),
  applicationRole: z.string(),
  source: databaseSide,
  target: databaseSide,
});

const cacheSide = z.strictObject({ replicationGroupId: z.string(), host: z.string() });

const serviceSide = z.strictObject({ cluster: z.string(), service: z.string(), tasks: z.number().int() });

const queueSide = z.strictObject({ url: z.string(), arn: z.string() });

const standby = z.strictObject({
  databases: z.record(z.string(), database),
  caches: z.record(
    z.string(),
    z.strictObject({
      strategy: z.enum(["cold", "snapshot", "global-datastore"]),
      source: cacheSide,
      target: cacheSide,
    }),
  ),
  services: z.record(
    z.string(),
    z.strictObject({ kind: z.enum(["web", "worker"]), source: serviceSide, target: serviceSide }),
  ),
  buckets: z.record(z.string(), bothSides(z.string())),
  queues: z.record(z.string(), bothSides(queueSide)),
  /** ARN of each secret and of its replica. */
  secrets: z.record(z.string(), bothSides(z.string())),
  /** Addresses the workload calls out from, for partners' allowlists. */
  egressAddresses: bothSides(z.array(z.string())),
});

const poolerSide = z.strictObject({
  cluster: z.string(),
  service: z.string(),
  /** Private name that applications connect to; it resolves to every instance. */
  host: z.string(),
  port: z.number().int(),
  /** ARN of the secret whose whole text is the password of the pooler's administrator. */
  adminSecretArn: z.string(),
  /** SSM parameter whose value is the writer's host; the sidecar of every instance stages what it says. */
  writerParameter: z.string(),
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
  /** By database, for those with writer discovery `pooler`. */
  poolers: z.record(z.string(), bothSides(poolerSide)),
  /** By bucket: the request to S3 Control's CreateJob that copies what was there before the link, without its token. */
  bucketJobs: z.record(z.string(), z.looseObject({ AccountId: z.string(), RoleArn: z.string() })),
  /** SSM parameter in the target region that `complete` writes its proof into. */
  completionParameter: z.string(),
});

const edge = {
  distributionId: z.string(),
  publicName: z.string(),
  /** Origin id of each side: the region's name. */
  origins: z.strictObject({ source: z.string(), target: z.string() }),
};

const manifestEdge = z.discriminatedUnion("flip", [
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
]);

const workerGate = z.strictObject({
  /** Scalable target, such as `service/storefront-mailer/storefront-mailer`. */
  resourceId: z.string(),
  /** Least and most tasks while this side is active; both are 0 while it is not. */
  minTasks: z.number().int(),
  maxTasks: z.number().int(),
});

const scheduleGate = z.strictObject({ group: z.string(), name: z.string() });

const cutover = z.strictObject({
  /** Absent when nothing of the workload answers the world. */
  edge: manifestEdge.optional(),
  /** By service. No `source` where it is managed elsewhere: whoever manages it stops it. */
  workers: z.record(z.string(), z.strictObject({ source: workerGate.optional(), target: workerGate })),
  /** By schedule; as for workers. */
  schedules: z.record(z.string(), z.strictObject({ source: scheduleGate.optional(), target: scheduleGate })),
  /** By database, for those with writer discovery `cname`. */
  writerNames: z.record(
    z.string(),
    z.strictObject({ zoneId: z.string(), name: z.string(), ttlSeconds: z.number().int() }),
  ),
});

const decommission = z.strictObject({
  /** Identifier of the copy that is kept of each source database's last snapshot; empty before the source is retired. */
  finalSnapshots: z.record(z.string(), z.string()),
  archiveBucket: z.string(),
  /** SSM parameter in the target region with the proof that the final snapshots stand. */
  finalBackupParameter: z.string(),
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
export type ManifestEdge = z.infer<typeof manifestEdge>;

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
