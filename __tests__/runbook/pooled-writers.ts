import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import type { Instance } from "./poolers";
import { SIDES } from "../../runbook/side";
import type { Clusters } from "./clusters";
import { WRITE, type Acknowledged } from "./writers";

/** Says by its port which server it was. */
const WRITE_AND_SAY = `${WRITE} RETURNING inet_server_port() AS port`;

/** A write that waited so long for its answer. */
export interface Answered extends Acknowledged {
  readonly instance: string;
  /** In milliseconds. */
  readonly took: number;
}

/** Applications that write through poolers all the time, and take every error for a failed statement. */
export interface PooledWriters {
  readonly ledger: readonly Answered[];
  /** Message of each statement that failed. */
  readonly errors: readonly string[];
  /** Resolves when through every instance a write has been acknowledged that began after now. */
  wrote(): Promise<void>;
  stop(): Promise<void>;
}

/** @param count writers of each instance */
export function startPooledWriters(
  clusters: Clusters,
  instances: readonly Instance[],
  count = 2,
): PooledWriters {
  const ledger: Answered[] = [];
  const errors: string[] = [];
  const written = new Map<Instance, number>(instances.map((instance) => [instance, 0]));
  let stopping = false;

  const write = async (instance: Instance): Promise<void> => {
    const client = new Client(instance.client);
    client.on("error", (error) => errors.push(`${instance.name}: ${error.message}`));
    await client.connect();
    while (!stopping) {
      const key = randomUUID();
      const begun = performance.now();
      try {
        const { rows } = await client.query<{ port: number }>(WRITE_AND_SAY, [key, instance.name]);
        const at = performance.now();
        const side = SIDES.find((one) => clusters[one].port === rows[0]?.port) ?? "source";
        ledger.push({ key, side, at, instance: instance.name, took: at - begun });
        written.set(instance, begun);
      } catch (error) {
        errors.push(`${instance.name}: ${(error as Error).message}`);
        await pause(50);
      }
      await pause(10);
    }
    await client.end();
  };
  const running = instances.flatMap((instance) => Array.from({ length: count }, () => write(instance)));
  return {
    ledger,
    errors,
    async wrote() {
      const now = performance.now();
      while ([...written.values()].some((begun) => begun < now)) await pause(5);
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}
