/**
 * Asks both databases of each pair, again and again, whether they take writes, until its input ends; then prints what it
 * saw as a JSON object of type `Observed`. Argument: a JSON object, each database's pair of client configurations.
 */
import { once } from "node:events";
import { Client, type ClientConfig } from "pg";
import { SIDES, type Side } from "../../../runbook/side";

/** What was seen of all databases. */
export interface Observed {
  /** Looks at both sides of a database. */
  readonly looks: number;
  /** Databases seen with two writers at once. */
  readonly twoWriters: readonly string[];
}

interface Gate {
  readonly open: boolean;
  readonly opened: string;
}

let ending = false;

/** A replica shows the source's gate, not one of its own. */
async function gateOf(client: Client, side: Side): Promise<Gate | undefined> {
  const sql = "SELECT open, opened FROM relocate.gate WHERE side = $1";
  const { rows } = await client.query<Gate>(sql, [side]);
  return rows[0];
}

/**
 * Two databases cannot be asked in one moment. One that was open before and after the other was seen open, with the same
 * opening, was open meanwhile as well.
 */
async function areBothOpen(clients: Readonly<Record<Side, Client>>): Promise<boolean> {
  const before = await gateOf(clients.source, "source");
  const between = await gateOf(clients.target, "target");
  if (!before?.open || !between?.open) return false;
  const after = await gateOf(clients.source, "source");
  return after?.open === true && after.opened === before.opened;
}

async function watch(
  name: string,
  configs: Record<Side, ClientConfig>,
  twoWriters: Set<string>,
): Promise<number> {
  let looks = 0;
  while (!ending) {
    const clients = { source: new Client(configs.source), target: new Client(configs.target) };
    for (const side of SIDES) clients[side].on("error", () => undefined);
    try {
      await Promise.all(SIDES.map((side) => clients[side].connect()));
      for (; !ending; looks++) if (await areBothOpen(clients)) twoWriters.add(name);
    } catch {
      // A server is down, or the schema is not there: asked again until it is.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.allSettled(SIDES.map((side) => clients[side].end()));
  }
  return looks;
}

async function observe(databases: Readonly<Record<string, Record<Side, ClientConfig>>>): Promise<void> {
  const twoWriters = new Set<string>();
  const watching = Object.entries(databases).map(([name, configs]) => watch(name, configs, twoWriters));
  process.stdin.resume();
  await once(process.stdin, "end");
  ending = true;
  const looks = (await Promise.all(watching)).reduce((sum, one) => sum + one, 0);
  process.stdout.write(JSON.stringify({ looks, twoWriters: [...twoWriters] } satisfies Observed));
}

void observe(JSON.parse(process.argv[2] ?? "") as Parameters<typeof observe>[0]);
