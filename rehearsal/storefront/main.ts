/**
 * The sample storefront: what the web containers' images would hold. Everything it knows of the world comes from its
 * environment, as the task definition gives it. Each of its databases is a shop of its own, at the path of its name.
 */
import { once } from "node:events";
import { databasesIn } from "./databases";
import { openReader } from "./reader";
import { createStorefront, type Shop } from "./server";
import { openWriter } from "./writer";

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

const port = Number(process.env.PORT);
if (!Number.isInteger(port)) throw new Error(`PORT is "${process.env.PORT ?? ""}", expected a number`);
const shops = new Map<string, Shop>();
for (const { name, url, config } of databasesIn(process.env)) {
  const writer = openWriter(url.hosts, { ...config, max: 20 }, (line) => log(`${name}: ${line}`));
  shops.set(name, { writer, reader: openReader(url.hosts, { ...config, max: 4 }, writer) });
}
const server = createStorefront(shops, log);

async function stop(): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
  await Promise.all([...shops.values()].flatMap(({ writer, reader }) => [writer.close(), reader.close()]));
  process.exit(0);
}
process.once("SIGTERM", () => void stop());

server.listen(port, () => log(`listening on ${port}`));
