import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolConfig } from "pg";
import type { Host } from "./database-url";
import { type Writer, WriterUnavailable } from "./writer";

/** How long a read may look for somebody who answers, in milliseconds. */
const PATIENCE = 5_000;
const PAUSE = 50;

/** No host answered in time. */
export class ReaderUnavailable extends Error {
  override readonly name = "ReaderUnavailable";
}

export interface Reader {
  /**
   * Reads on the writer; while there is none, on any host that answers.
   *
   * @param work resolves to undefined when nothing was found: away from the writer that is not believed, since the other
   * side may be a moment behind, and asked again
   * @throws ReaderUnavailable after 5 s
   */
  read<T>(work: (pool: Pool) => Promise<T | undefined>): Promise<T | undefined>;
  close(): Promise<void>;
}

export function openReader(hosts: readonly Host[], config: PoolConfig, writer: Writer): Reader {
  const pools = hosts.map((host) => new Pool({ ...config, ...host }));
  for (const pool of pools) {
    pool.on("connect", (client) => client.on("error", () => undefined));
    // An idle session that ended is made anew when it is needed.
    pool.on("error", () => undefined);
  }

  let lastFailure: AggregateError | undefined;

  /** The first host that finds something; undefined when none does. */
  async function readAnywhere<T>(work: (pool: Pool) => Promise<T | undefined>): Promise<T | undefined> {
    const found = pools.map(async (pool) => {
      const answer = await work(pool);
      if (answer === undefined) throw new ReaderUnavailable("not there, or not yet");
      return answer;
    });
    return Promise.any(found).catch((error: AggregateError) => {
      lastFailure = error;
      return undefined;
    });
  }

  return {
    async read(work) {
      for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(PAUSE)) {
        if (writer.host === undefined) {
          const found = await readAnywhere(work);
          if (found !== undefined) return found;
          continue;
        }
        try {
          return await writer.use(work);
        } catch (error) {
          if (!(error instanceof WriterUnavailable)) throw error;
        }
      }
      const reasons = lastFailure?.errors.map((error: Error) => error.message).join("; ");
      throw new ReaderUnavailable(
        `no database answered in time (last: ${reasons ?? "the writer went away"})`,
      );
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}
