import { pgbouncerPoolers } from "../../runbook/pgbouncer/poolers";
import { SIDES, type Side } from "../../runbook/side";
import type { Poolers } from "../../runbook/world";
import type { Network } from "../network";
import type { Parameters } from "../parameters";
import type { VpcPlace } from "../place";
import type { Secrets } from "../secrets";
import type { PoolerService } from "./pooler-services";

export interface LocalPoolersOptions {
  /** The poolers of one database, one service a region. */
  readonly services: readonly PoolerService[];
  readonly databaseName: string;
  /** Host and port of each side's database. */
  readonly writers: Readonly<Record<Side, { readonly host: string; readonly port: number }>>;
  /** Where the runbook stands. */
  readonly runner: VpcPlace;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly parameters: Parameters;
}

/**
 * The poolers of one database as the runbook rules them: both regions', each by itself, since on this machine the same
 * writer has another address in each.
 */
export async function localPoolers(options: LocalPoolersOptions): Promise<Poolers> {
  const regions = await Promise.all(options.services.map((service) => poolersOf(service, options)));
  const all = async <T>(work: (poolers: Poolers) => Promise<T>): Promise<T[]> => {
    const settled = await Promise.allSettled(regions.map(work));
    const failed = settled.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
    return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  };
  const each = async (work: (poolers: Poolers) => Promise<void>) => void (await all(work));
  return {
    preflight: async (signal) => (await all((one) => one.preflight(signal))).flat(),
    stage: (side, signal) => each((one) => one.stage(side, signal)),
    warm: (signal) => each((one) => one.warm(signal)),
    pause: (patience, signal) => each((one) => one.pause(patience, signal)),
    release: (side, signal) => each((one) => one.release(side, signal)),
    probe: async (signal) => (await all((one) => one.probe(signal))).flat(),
    close: () => each((one) => one.close()),
  };
}

async function poolersOf(service: PoolerService, options: LocalPoolersOptions): Promise<Poolers> {
  const { databaseName, writers, runner, network, secrets, parameters } = options;
  const { place, port } = service;
  const reached = async (side: Side) => {
    const { host, port: databasePort } = writers[side];
    return network.reach(place, host, databasePort);
  };
  const [source, target] = await Promise.all(SIDES.map(reached));
  if (!source || !target) throw new Error(`${service.at}: expected two sides`);
  return pgbouncerPoolers({
    databaseName,
    writers: { source, target },
    instances: () =>
      Promise.all(
        service.instances.map(async ({ name, localPort }) => ({
          name,
          administrator: {
            ...(await network.reachTask(runner, place, port, localPort)),
            user: service.administrator,
            password: secrets.read(service.administratorSecretArn),
            // Each task's certificate is its own and dies with it.
            ssl: { rejectUnauthorized: false },
          },
        })),
      ),
    stage(side) {
      parameters.write(place.region, service.parameterName, writers[side].host);
      return Promise.resolve();
    },
  });
}
