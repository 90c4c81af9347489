/**
 * The sample storefront: what the containers' images would hold. Everything it knows of the world comes from its
 * environment, as the task definition gives it.
 */
import { once } from "node:events";
import { z } from "zod";
import { parseDatabaseUrl } from "./database-url";
import { openReader } from "./reader";
import { createStorefront } from "./server";
import { openWriter } from "./writer";

const { data: environment, error: fault } = z
  .object({
    PORT: z.coerce.number().int(),
    ORDERS_DATABASE_URL: z.string(),
    ORDERS_DATABASE_PASSWORD: z.string().min(1),
  })
  .safeParse(process.env);
if (!environment) {
  console.error(
    `the task definition's environment and secrets are not what this needs:\n${z.prettifyError(fault)}`,
  );
  process.exit(1);
}
const port = environment.PORT;

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

const { hosts, user, database, sslNegotiation } = parseDatabaseUrl(environment.ORDERS_DATABASE_URL);
const config = {
  user,
  database,
  password: environment.ORDERS_DATABASE_PASSWORD,
  // verify-full: the image's trust store, and the name that was asked for.
  ssl: true,
  sslnegotiation: sslNegotiation,
  connectionTimeoutMillis: 3_000,
  // A session that says nothing for so long has lost its server.
  query_timeout: 3_000,
  idleTimeoutMillis: 60_000,
  keepAlive: true,
};
const writer = openWriter(hosts, { ...config, max: 20 }, log);
const reader = openReader(hosts, { ...config, max: 4 }, writer);
const server = createStorefront(writer, reader, log);

async function stop(): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
  await Promise.all([writer.close(), reader.close()]);
  process.exit(0);
}
process.once("SIGTERM", () => void stop());

server.listen(port, () => log(`listening on ${port}`));
