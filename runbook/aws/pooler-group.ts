import { setTimeout as sleep } from "node:timers/promises";
import type { ManifestDatabase, PartOf } from "../../lib/manifest";
import type { PgbouncerInstance } from "../pgbouncer/instance";
import { pgbouncerPoolers } from "../pgbouncer/poolers";
import { SIDES, type Side } from "../side";
import type { Poolers } from "../world";
import type { Clients } from "./clients";
import { readParameter, writeParameter } from "./parameter";
import { taskAddresses } from "./task-addresses";
import { readSecret } from "./secret";

/** User of PgBouncer's console, as the stacks make it. */
const ADMINISTRATOR = "relocate";
/** Database by which PgBouncer's console is reached (PgBouncer's manual, "Admin console"). */
const CONSOLE = "pgbouncer";
/** The sidecar of each instance reads the parameter every two seconds, by a program that takes a second to start; in milliseconds. */
const UNTIL_STAGED = 8_000;

export interface PoolerGroupOptions {
  readonly database: ManifestDatabase;
  readonly poolers: PartOf<"replication">["poolers"][string];
  readonly regions: Readonly<Record<Side, string>>;
  /** Until every instance has staged what the parameter says, in milliseconds. @default 8000 */
  readonly untilStagedMs?: number;
}

/**
 * The poolers of one database: every running task of their services in both regions, by its own address.
 *
 * Each instance makes its certificate itself and for its own life, so the console is reached encrypted, not verified.
 *
 * Needs `ecs:ListTasks`, `DescribeTasks`; `secretsmanager:GetSecretValue` on the administrators' secrets;
 * `ssm:GetParameter` and `PutParameter` on the writer parameters.
 */
export function poolerGroup(clients: Clients, options: PoolerGroupOptions): Poolers {
  const { database, poolers, regions, untilStagedMs = UNTIL_STAGED } = options;
  const instancesOf = async (side: Side): Promise<PgbouncerInstance[]> => {
    const { cluster, service, port, adminSecretArn } = poolers[side];
    const [addresses, password] = await Promise.all([
      taskAddresses(clients.in("ecs", regions[side]), { cluster, service }),
      readSecret(clients.in("secrets", regions[side]), adminSecretArn),
    ]);
    return addresses.map(({ address }) => ({
      name: `${regions[side]} ${address}`,
      administrator: {
        host: address,
        port,
        user: ADMINISTRATOR,
        password,
        database: CONSOLE,
        ssl: { rejectUnauthorized: false },
      },
    }));
  };
  return pgbouncerPoolers({
    databaseName: database.databaseName,
    writers: { source: database.source, target: database.target },
    instances: async () => (await Promise.all(SIDES.map(instancesOf))).flat(),
    async stage(side, signal) {
      const { host } = database[side];
      const changed = await Promise.all(
        SIDES.map(async (region) => {
          const ssm = clients.in("parameters", regions[region]);
          const { writerParameter } = poolers[region];
          if ((await readParameter(ssm, writerParameter)) === host) return false;
          await writeParameter(ssm, writerParameter, host);
          return true;
        }),
      );
      if (changed.includes(true)) await sleep(untilStagedMs, undefined, { signal });
    },
  });
}
