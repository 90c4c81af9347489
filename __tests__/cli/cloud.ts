import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateDBInstanceCommand } from "@aws-sdk/client-rds";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MANIFEST_OUTPUT, MANIFEST_VERSION } from "../../lib/manifest";
import { createAuthority } from "../../rehearsal/certificates";
import { type Clients, openClients } from "../../runbook/aws/clients";
import { readKey } from "../../runbook/aws/edge-store";
import { SIDES, type Side } from "../../runbook/side";
import { emulator } from "../runbook/aws/emulators/emulator";
import { makeBuckets } from "./cloud-buckets";
import { bothSides, makeEdge, makeSchedule, makeWeb, makeWorker, type Part, REGIONS } from "./cloud-parts";
import { makeRunner } from "./runner-container";
import { APPLICATION, OPERATOR, type Cluster, type Clusters } from "../runbook/clusters";

/** What stacks would have made, in two emulators of AWS and two clusters of this machine. */
export interface Cloud {
  readonly workload: string;
  /** Outputs of the stacks, as the CDKTF CLI writes them. */
  readonly outputs: string;
  /** Authority of databases and edge. */
  readonly authority: string;
  readonly clients: Clients;
  /** For the command to find the emulators and to trust the edge. */
  readonly environment: Readonly<Record<string, string>>;
  /** Manifest by phase; what is changed is in the next `write`. */
  readonly parts: { standby: Part<"standby">; replication: Part<"replication">; cutover: Part<"cutover"> };
  /** Writes the outputs anew. */
  write(): void;
  activeOrigin(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param workload its name: everything it has in the emulators is called by it */
export async function openCloud(
  workload: string,
  clusters: Clusters,
  databases: readonly string[],
): Promise<Cloud> {
  const directory = mkdtempSync(join(tmpdir(), "relocate-cli-cloud-"));
  const [ministack, moto] = await Promise.all([emulator("ministack"), emulator("moto")]);
  const environment = {
    AWS_ENDPOINT_URL: ministack,
    AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: moto,
    AWS_ENDPOINT_URL_RDS: moto,
  };
  Object.assign(process.env, environment);
  const clients = openClients();
  const authority = await createAuthority(directory);
  const certificate = await authority.issue("localhost");
  await Promise.all(SIDES.map((side) => serveTls(clusters[side], certificate)));

  const secret = async (side: Side, name: string, text: string) => {
    const made = await clients
      .in("secrets", REGIONS[side])
      .send(new CreateSecretCommand({ Name: `${workload}/${name}`, SecretString: text }));
    return made.ARN!;
  };
  const sideOf = async (side: Side, name: string) => {
    await makeInstance(clients, side, `${workload}-${name}`);
    const { user: username, password } = clusters[side].config(OPERATOR, name);
    return {
      identifier: `${workload}-${name}`,
      host: "localhost",
      port: clusters[side].port,
      engineVersion: "18",
      majorVersion: 18,
      operatorSecretArn: await secret(side, `${name}-operator`, JSON.stringify({ username, password })),
      applicationSecretArn: await secret(side, `${name}-application`, String(password)),
    };
  };
  const common = {
    version: MANIFEST_VERSION,
    workload,
    sourceRegion: REGIONS.source,
    targetRegion: REGIONS.target,
  } as const;
  const described = await Promise.all(
    databases.map(async (name) => [
      name,
      {
        engine: "postgres" as const,
        strategy: "logical" as const,
        writerDiscovery: "host-list" as const,
        databaseName: name,
        operatorRole: OPERATOR,
        applicationRole: APPLICATION,
        source: await sideOf("source", name),
        target: await sideOf("target", name),
      },
    ]),
  );
  const edge = await makeEdge(clients, workload, certificate);
  const parts: Cloud["parts"] = {
    standby: {
      ...common,
      phase: "standby",
      databases: Object.fromEntries(described) as Part<"standby">["databases"],
      caches: {},
      services: {
        mailer: { kind: "worker", ...bothSides(`${workload}-mailer`, 1) },
        web: { kind: "web", ...(await makeWeb(clients, workload)) },
      },
      buckets: { uploads: await makeBuckets(clients, workload) },
      queues: {},
      secrets: {},
      egressAddresses: { source: ["192.0.2.1"], target: ["192.0.2.2"] },
    },
    replication: {
      ...common,
      phase: "replication",
      peeringConnectionId: "pcx-1",
      journalTable: await makeTable(clients, workload),
      runner: await makeRunner(clients, workload),
      poolers: {},
      bucketJobs: {},
      completionParameter: await makeParameter(clients, workload),
    },
    cutover: {
      ...common,
      phase: "cutover",
      edge: edge.manifest,
      workers: { mailer: await makeWorker(clients, workload) },
      schedules: { nightly: await makeSchedule(clients, workload) },
      writerNames: {},
    },
  };
  const outputs = join(directory, "outputs.json");
  const write = () =>
    writeFileSync(
      outputs,
      JSON.stringify(
        Object.fromEntries(
          Object.values(parts).map((part) => [`${workload}-${part.phase}`, { [MANIFEST_OUTPUT]: part }]),
        ),
      ),
    );
  write();
  return {
    workload,
    outputs,
    authority: authority.file,
    clients,
    environment: { ...environment, NODE_EXTRA_CA_CERTS: authority.file },
    parts,
    write,
    activeOrigin: () => readKey(clients.in("edgeStore", REGIONS.target), edge.key),
    async close() {
      await edge.close();
      clients.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Has a server that runs take TLS, too. Its own account writes the files, so it may read them. */
async function serveTls(
  cluster: Cluster,
  { certificate, key }: { readonly certificate: string; readonly key: string },
): Promise<void> {
  await cluster.as("postgres", "postgres", async (client) => {
    for (const [file, text] of [
      ["tls.crt", certificate],
      ["tls.key", key],
    ] as const) {
      const lines = client.escapeLiteral(text.trim().replaceAll("\r", ""));
      await client.query(
        `COPY (SELECT unnest(string_to_array(${lines}, E'\\n'))) TO PROGRAM 'umask 077; cat > ${file}'`,
      );
    }
    await client.query("ALTER SYSTEM SET ssl_cert_file = 'tls.crt'");
    await client.query("ALTER SYSTEM SET ssl_key_file = 'tls.key'");
    await client.query("ALTER SYSTEM SET ssl = on");
    await client.query("SELECT pg_reload_conf()");
    // Each backend takes the new setting at its next statement.
    while ((await client.query<{ ssl: string }>("SHOW ssl")).rows[0]?.ssl !== "on");
  });
}

/** As RDS has the database; its server runs elsewhere. */
async function makeInstance(clients: Clients, side: Side, DBInstanceIdentifier: string): Promise<void> {
  await clients.in("rds", REGIONS[side]).send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier, DBInstanceClass: "db.m5.large", Engine: "postgres", AllocatedStorage: 100 },
      ...{ MasterUsername: "keeper", MasterUserPassword: "not a secret", MultiAZ: true },
      ...{ BackupRetentionPeriod: 7, DeletionProtection: side === "target" },
    }),
  );
}

async function makeTable(clients: Clients, workload: string): Promise<string> {
  const TableName = `${workload}-relocate-journal`;
  await clients.in("dynamo", REGIONS.target).send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "relocation", KeyType: "HASH" },
        { AttributeName: "entry", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "relocation", AttributeType: "S" },
        { AttributeName: "entry", AttributeType: "N" },
      ],
    }),
  );
  return TableName;
}

async function makeParameter(clients: Clients, workload: string): Promise<string> {
  const Name = `/relocate/${workload}/completion`;
  await clients
    .in("parameters", REGIONS.target)
    .send(new PutParameterCommand({ Name, Value: "none", Type: "String" }));
  return Name;
}
