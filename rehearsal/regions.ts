import { chmod } from "node:fs/promises";
import { dirname } from "node:path";
import type { ClientConfig } from "pg";
import { findBinaries, isOpenToAll } from "./binaries";
import { createAuthority, type CertificateAuthority } from "./certificates";
import { passwordIn, startClusters, type Cluster } from "./clusters";
import { connectionString } from "./connection-string";
import { allHealthy } from "./healthy";
import { openLoadBalancers, type LoadBalancer } from "./load-balancer";
import { openNetwork, type Network } from "./network";
import type { PrivateNames } from "./dns/private-names";
import { openOneOffs, type OneOffTask, type RunningOneOff } from "./jobs/one-offs";
import { startPoolers, type PoolerGround, type PoolerService } from "./pooler/pooler-services";
import type { Place } from "./place";
import type { Reaper } from "./reaper";
import { ownScript } from "./run-script";
import { type GivenText, openSecrets, type Secrets } from "./secrets";
import { startServices, type Service } from "./services";
import type { States } from "./state";

export interface RegionsOptions {
  /** Applied state of the phase stacks, by stack name. */
  readonly states: States;
  /** The run's directory, which exists: data, logs, certificates. The reaper removes it if told to. */
  readonly directory: string;
  readonly reaper: Reaper;
  /** Latency between two regions, one way, in milliseconds. @default 45 */
  readonly latencyMs?: number;
  /** What runs in place of the web containers' images: a script for node, .ts or .js. @default - the sample storefront */
  readonly script?: string;
  /** Poolers, as the replication phase tells of them. @default - there are none */
  readonly poolers?: Pick<PoolerGround, "poolers" | "regionOf" | "parameters">;
  /** Names that follow a writer. @default - there are none */
  readonly privateNames?: PrivateNames;
  /** Texts that the applied secrets were given. @default - none is known, and each secret gets one of its own */
  readonly givenText?: GivenText;
  readonly signal: AbortSignal;
  /** Told of things worth a line: a task that died, a parameter that was not taken over. @default - they are dropped */
  onNotice?(line: string): void;
}

/** The local twins of everything regional in the applied stacks. */
export interface Regions {
  readonly network: Network;
  /** One per `aws_db_instance`. */
  readonly clusters: readonly Cluster[];
  readonly secrets: Secrets;
  /** One per `aws_lb`. */
  readonly loadBalancers: readonly LoadBalancer[];
  /** One per `aws_ecs_service` that is no pooler's. */
  readonly services: readonly Service[];
  /** One per database with poolers and region. */
  readonly poolers: readonly PoolerService[];
  /** Starts a task in place of one of a task definition's, in a network, and tells when it has ended. */
  runOnce(task: OneOffTask): Promise<RunningOneOff>;
  readonly ca: CertificateAuthority;
  /**
   * How the operator role (master user) connects to a server, by its RDS host name, from a place.
   *
   * @throws UnreachableError when routes, peering or security groups do not let it
   */
  operator(host: string, databaseName: string, from: Place): Promise<ClientConfig>;
  /**
   * libpq connection string by which the server `subscriber` (RDS host name) reaches the server `host` as the operator
   * role. Holds a password: never print it.
   *
   * @throws UnreachableError when routes, peering or security groups do not let it
   */
  conninfo(host: string, databaseName: string, subscriber: string): Promise<string>;
  /** Waits until every service has as many healthy tasks as it wants. */
  healthy(signal: AbortSignal): Promise<void>;
  /** Ends everything, tasks before databases. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Builds the local regions from the applied stacks.
 *
 * @throws Error that says which resource, in which stack, keeps them from working, or the signal's reason; nothing is
 * left running then
 */
export async function startRegions(options: RegionsOptions): Promise<Regions> {
  const { states, directory, reaper, signal } = options;
  const onNotice = (line: string) => options.onNotice?.(line);
  const binaries = await findBinaries(directory);
  // The servers run as another user when this process is root.
  if (binaries.user) await openDirectory(directory);
  const authority = await createAuthority(directory);
  const secrets = openSecrets(states, options.givenText);
  const network = openNetwork(states, options.latencyMs ?? 45);
  /** What to end, last started first. */
  const endings = [() => network.close()];
  const endAll = async () => {
    for (let end = endings.pop(); end; end = endings.pop()) await end();
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= endAll());
  try {
    const loadBalancers = await openLoadBalancers(states);
    endings.push(() => each(loadBalancers, (it) => it.close()));
    loadBalancers.forEach((it) => network.register(it));

    const clusters = await startClusters({
      states,
      directory,
      binaries,
      authority,
      secrets,
      reaper,
      signal,
      onNotice,
    });
    endings.push(() => each(clusters, (it) => it.stop()));
    for (const cluster of clusters) {
      network.register({ ...cluster, ports: { [cluster.port]: cluster.localPort } });
      cluster.leftOut.forEach((line) => onNotice(`${cluster.at}: parameter not taken over: ${line}`));
    }

    const common = { states, directory, network, secrets, authority, reaper, onNotice };
    const poolers = options.poolers ? await startPoolers({ ...common, ...options.poolers, binaries }) : [];
    endings.push(() => each(poolers, (it) => it.stop()));

    const scripts = {
      web: options.script ?? ownScript("storefront/main"),
      worker: ownScript("storefront/worker"),
      oneOff: ownScript("storefront/one-off"),
    };
    const { privateNames } = options;
    const elsewhere = poolers.map(({ at }) => at);
    const tasks = { ...common, loadBalancers, scripts, elsewhere, privateNames };
    const services = await startServices(tasks);
    endings.push(() => each(services, (it) => it.stop()));
    const oneOffs = openOneOffs(tasks);
    endings.push(() => oneOffs.stop());
    return {
      network,
      clusters,
      secrets,
      loadBalancers,
      services,
      poolers,
      runOnce: (task) => oneOffs.run(task),
      ca: authority,
      ...connections(clusters, secrets, network, authority),
      healthy: (patience) => allHealthy(services, patience),
      stop,
    };
  } catch (error) {
    await stop();
    // What broke off then is a consequence.
    signal.throwIfAborted();
    throw error;
  }
}

const each = async <T>(all: readonly T[], end: (one: T) => Promise<void>) =>
  void (await Promise.all(all.map(end)));

async function openDirectory(directory: string): Promise<void> {
  await chmod(directory, 0o711);
  if (isOpenToAll(directory)) return;
  throw new Error(
    `PostgreSQL does not run as root, and the user it runs as may not enter ${dirname(directory)}: ` +
      `set TMPDIR to a directory that everybody may enter, such as /tmp`,
  );
}

function connections(
  clusters: readonly Cluster[],
  secrets: Secrets,
  network: Network,
  authority: CertificateAuthority,
): Pick<Regions, "operator" | "conninfo"> {
  const clusterAt = (host: string) => {
    const cluster = clusters.find((it) => it.host === host);
    if (cluster) return cluster;
    const known = clusters.map((it) => it.host).join(", ") || "none";
    throw new Error(`No aws_db_instance in the applied state has the address ${host}; there are: ${known}`);
  };
  const passwordOf = (cluster: Cluster) => passwordIn(secrets.read(cluster.operatorSecretArn));
  return {
    async operator(host, databaseName, from) {
      const cluster = clusterAt(host);
      return {
        ...(await network.reach(from, host, cluster.port)),
        user: cluster.operatorRole,
        password: passwordOf(cluster),
        database: databaseName,
        // The name that the certificate carries, though the way there leads over this machine.
        ssl: { ca: authority.certificate, servername: host },
      };
    },
    async conninfo(host, databaseName, subscriber) {
      const cluster = clusterAt(host);
      const way = await network.reach(clusterAt(subscriber).place, host, cluster.port);
      return connectionString({
        host,
        hostaddr: way.host,
        port: String(way.port),
        user: cluster.operatorRole,
        password: passwordOf(cluster),
        dbname: databaseName,
        sslmode: "verify-full",
        sslrootcert: authority.file,
      });
    },
  };
}
