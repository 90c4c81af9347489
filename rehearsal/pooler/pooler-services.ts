import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PartOf } from "../../lib/manifest";
import { SIDES, type Side } from "../../runbook/side";
import type { Binaries } from "../binaries";
import type { CertificateAuthority } from "../certificates";
import { freePort } from "../free-port";
import type { Network } from "../network";
import type { Parameters } from "../parameters";
import type { VpcPlace } from "../place";
import type { Reaper } from "../reaper";
import type { Secrets } from "../secrets";
import type { States } from "../state";
import { locate } from "../vpc-place";
import { startInstance, type Instance } from "./instance";
import { checkName, containersOf, findService } from "./pooler-state";
import { findPgbouncer, type PgbouncerProgram } from "./program";

/** Milliseconds before an instance that died is started anew. */
const RESTART_DELAY = 500;

/** The local twin of the poolers of one database in one region. */
export interface PoolerService {
  /** `<stack>: <Terraform address>`. */
  readonly at: string;
  readonly database: string;
  readonly side: Side;
  readonly place: VpcPlace;
  /** The port that clients know it by. */
  readonly port: number;
  /** User of PgBouncer's console. */
  readonly administrator: string;
  readonly administratorSecretArn: string;
  /** SSM parameter of the region that names the writer. */
  readonly parameterName: string;
  /** Those that run now. */
  readonly instances: readonly Instance[];
  stop(): Promise<void>;
}

export interface PoolerGround {
  readonly states: States;
  /** What the replication phase tells of poolers. */
  readonly poolers: PartOf<"replication">["poolers"];
  /** Region of each side. */
  readonly regionOf: Readonly<Record<Side, string>>;
  readonly directory: string;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly authority: CertificateAuthority;
  readonly binaries: Binaries;
  readonly reaper: Reaper;
  readonly parameters: Parameters;
  readonly onNotice: (line: string) => void;
}

/**
 * Starts as many real PgBouncers as each pooler's service wants, before the tasks that use them.
 *
 * @throws Error when pgbouncer is not installed, naming the package; and when state lacks what an instance is made from
 */
export async function startPoolers(ground: PoolerGround): Promise<PoolerService[]> {
  const wanted = Object.entries(ground.poolers).flatMap(([database, sides]) =>
    SIDES.map((side) => ({ database, side, manifest: sides[side] })),
  );
  if (wanted.length === 0) return [];
  const program = await findPgbouncer();
  const settled = await Promise.allSettled(wanted.map((one) => startPooler(one, program, ground)));
  const running = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = settled.find((result) => result.status === "rejected");
  if (!failed) return running;
  await Promise.all(running.map((service) => service.stop()));
  throw failed.reason;
}

interface Wanted {
  readonly database: string;
  readonly side: Side;
  readonly manifest: PartOf<"replication">["poolers"][string][Side];
}

async function startPooler(
  { database, side, manifest }: Wanted,
  program: PgbouncerProgram,
  ground: PoolerGround,
): Promise<PoolerService> {
  const { states, network, onNotice } = ground;
  const region = ground.regionOf[side];
  const service = findService(states, manifest.service, region);
  const { at, values } = service;
  const net = values.network_configuration[0];
  const place = locate(states, at, net?.subnets ?? [], net?.security_groups ?? []);
  const { pgbouncer, sidecar } = containersOf(service, region, ground);
  const directory = join(ground.directory, "poolers");
  await mkdir(directory, { recursive: true });

  const running = new Map<number, Instance>();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;
  const noted = new Set<string>();
  const note = (line: string) => {
    if (!noted.has(line)) onNotice(line);
    noted.add(line);
  };
  const start = async (slot: number, localPort: number): Promise<void> => {
    const databasePort = Number(sidecar.environment.DATABASE_PORT);
    const instance = await startInstance({
      name: `${region}-${values.name}-${slot}`,
      ...{ directory, container: pgbouncer, localPort, program },
      user: ground.binaries.user,
      reaper: ground.reaper,
      sidecar: {
        databaseName: sidecar.environment.DATABASE ?? "",
        authorities: ground.authority.file,
        firstWriter: sidecar.environment.FIRST_WRITER ?? "",
        readParameter: () => ground.parameters.read(region, manifest.writerParameter),
        locate: (host) => network.reach(place, host, databasePort),
        onFault: note,
      },
      onLeftOut: (line) => note(`${at}: setting not taken over: ${line}`),
      onExit: (how) => ended(slot, localPort, how),
    });
    running.set(slot, instance);
    if (stopping) await instance.stop();
  };
  const ended = (slot: number, localPort: number, how: string): void => {
    const instance = running.get(slot);
    running.delete(slot);
    if (stopping) return;
    onNotice(`${at}: pooler ${slot} ended (${how}) and is started anew, see ${instance?.logFile}`);
    const timer = setTimeout(() => {
      timers.delete(timer);
      start(slot, localPort).catch((error: Error) => onNotice(`${at}: pooler ${slot}: ${error.message}`));
    }, RESTART_DELAY);
    timers.add(timer);
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([...running.values()].map((instance) => instance.stop()));
  };

  const ports = await Promise.all(Array.from({ length: values.desired_count ?? 0 }, () => freePort()));
  const started = await Promise.allSettled(ports.map((port, index) => start(index + 1, port)));
  const failed = started.find((result) => result.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  for (const port of ports) {
    network.register({ host: manifest.host, place, isPrivate: true, ports: { [manifest.port]: port } });
  }
  checkName(service, manifest.host, states);
  return {
    ...{ at, database, side, place },
    port: manifest.port,
    administrator: pgbouncer.environment.ADMINISTRATOR ?? "",
    administratorSecretArn: manifest.adminSecretArn,
    parameterName: manifest.writerParameter,
    get instances() {
      return [...running.values()];
    },
    stop,
  };
}
