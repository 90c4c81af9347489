import type { ManifestDatabase } from "../../lib/manifest";
import type { Side } from "../side";
import type { CompletionProof, DatabasePair, World, WriterEndpoint } from "../world";
import { bucketPairs } from "./bucket-pairs";
import { openClients, type Clients } from "./clients";
import { databasePair, isCarried } from "./database-pair";
import { edgePointer } from "./edge";
import { jobGates } from "./job-gates";
import type { Manifest } from "./manifest";
import { requireParts } from "./manifest";
import { poolerGroup } from "./pooler-group";
import { readParameter, writeParameter } from "./parameter";
import { isReplayed, snapshotPair } from "./snapshot-pair";
import { webServices } from "./web-services";
import { writerNamePointer } from "./writer-name";

export interface AwsWorldOptions {
  readonly manifest: Manifest;
  /** Certificates that databases are verified by, in PEM. @default - those that Node.js trusts */
  readonly authorities?: string;
}

/** The world in AWS. */
export interface AwsWorld extends World {
  readonly clients: Clients;
  readonly regions: Readonly<Record<Side, string>>;
  /** Databases of PostgreSQL, on RDS and Aurora, also those that are left to people: a drill restores their backups. */
  readonly drilled: readonly DatabasePair[];
  /** Databases that the runbook does not switch, each with the reason: they are left to people. */
  readonly leftToPeople: readonly string[];
  /** Ends all connections to AWS. */
  close(): void;
}

/**
 * The world that a manifest describes. Opens no connection yet.
 *
 * As long as the cutover stack is not deployed there is neither an edge nor a job to turn; plans that switch ask for it.
 *
 * Cost: calls of AWS's APIs, no more than a few hundred a command.
 */
export function awsWorld({ manifest, authorities }: AwsWorldOptions): AwsWorld {
  const { standby, replication } = requireParts(manifest, ["standby", "replication"]);
  const { cutover } = manifest.parts;
  const regions = { source: manifest.sourceRegion, target: manifest.targetRegion };
  const clients = openClients();
  const databases = Object.entries(standby.databases);

  const endpointOf = (name: string, database: ManifestDatabase): WriterEndpoint => {
    const poolers = replication.poolers[name];
    const record = cutover?.writerNames[name];
    if (poolers) return { kind: "pooler", poolers: poolerGroup(clients, { database, poolers, regions }) };
    // Before the cutover stack is deployed there is no name yet, and nothing that is done then needs one.
    if (!record) return { kind: "host-list" };
    const hosts = { source: database.source.host, target: database.target.host };
    return { kind: "cname", name: writerNamePointer(clients, { record, hosts }) };
  };

  const pairs = databases
    .filter(([, { engine }]) => engine === "postgres" || engine === "aurora-postgresql")
    .map(([name, database]) =>
      databasePair(clients, { name, database, regions, authorities, endpoint: endpointOf(name, database) }),
    );

  return {
    clients,
    regions,
    leftToPeople: databases
      .filter(([, database]) => !isCarried(database))
      .map(([name, { engine, strategy }]) => `${name} (${engine}, strategy ${strategy})`),
    databases: pairs.filter(({ name }) => isCarried(standby.databases[name]!)),
    drilled: pairs,
    snapshots: databases
      .filter(([, database]) => isReplayed(database))
      .map(([name, database]) =>
        snapshotPair(clients, { name, database, regions, authorities, workload: manifest.workload }),
      ),
    edge: cutover?.edge && edgePointer(clients, cutover.edge, regions.target),
    jobs: cutover && jobGates(clients, cutover, regions),
    services: webServices(clients, standby.services, regions),
    buckets: bucketPairs(clients, standby.buckets, replication.bucketJobs, regions),
    completion: completionProof(clients, regions.target, replication.completionParameter),
    close: () => clients.close(),
  };
}

/** Needs `ssm:GetParameter` and `ssm:PutParameter` on the parameter. */
function completionProof(clients: Clients, region: string, parameter: string): CompletionProof {
  const ssm = clients.in("parameters", region);
  return {
    read: () => readParameter(ssm, parameter),
    write: (proof) => writeParameter(ssm, parameter, proof),
  };
}
