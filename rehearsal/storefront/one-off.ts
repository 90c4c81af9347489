/** The sample's one-off task, which a schedule starts: counts the orders of each database and writes down what it found. */
import { setTimeout as sleep } from "node:timers/promises";
import { databasesIn } from "./databases";
import { openWriter, WriterUnavailable } from "./writer";

/** Between two tries while there is no writer, in milliseconds. */
const PAUSE = 100;

async function report({ name, url, config }: ReturnType<typeof databasesIn>[number]): Promise<void> {
  const writer = openWriter(url.hosts, { ...config, max: 1 }, (line) => console.log(`# ${name}: ${line}`));
  for (;;) {
    try {
      await writer.use((pool) => pool.query("INSERT INTO reports (orders) SELECT count(*) FROM orders"));
      break;
    } catch (error) {
      if (!(error instanceof WriterUnavailable)) throw error;
      await sleep(PAUSE);
    }
  }
  await writer.close();
}

void Promise.all(databasesIn(process.env).map(report)).then(() => process.exit(0));
