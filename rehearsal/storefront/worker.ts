/**
 * The sample's worker: ships what was ordered, and writes a line of each parcel, which is how the rehearsal counts them.
 * Told to end, it finishes what it has claimed and then goes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { databasesIn } from "./databases";
import { shipDue } from "./shipping";
import { openWriter, WriterUnavailable } from "./writer";

/** Between two looks when nothing was due, in milliseconds. */
const IDLE = 100;

let stopping = false;
process.once("SIGTERM", () => (stopping = true));

const say = (line: string) => console.log(line);

async function work({ name, url, config }: ReturnType<typeof databasesIn>[number]): Promise<void> {
  const writer = openWriter(url.hosts, { ...config, max: 2 }, (line) => say(`# ${name}: ${line}`));
  while (!stopping) {
    try {
      const shipped = await writer.use((pool) => shipDue(pool, (key) => say(`shipped ${name} ${key}`)));
      if (shipped === 0) await sleep(IDLE);
    } catch (error) {
      if (!(error instanceof WriterUnavailable)) throw error;
      await sleep(IDLE);
    }
  }
  await writer.close();
}

void Promise.all(databasesIn(process.env).map(work)).then(() => process.exit(0));
