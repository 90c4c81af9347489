import { chownSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { DatabasePair } from "../../../../runbook/world";
import { otherSide, type Side } from "../../../../runbook/side";
import { OPERATOR, pairOn, type Cluster, type Clusters } from "../../clusters";

const DAY = 24 * 3600 * 1_000;

/** Gives a running server a certificate for `localhost` that signs itself. @returns the certificate, PEM */
export async function encrypt(cluster: Cluster, days: number): Promise<string> {
  const made = await generate([{ name: "commonName", value: "a test's server" }], {
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + days * DAY),
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
    ],
  });
  const { uid, gid } = statSync(cluster.data);
  for (const [name, text] of Object.entries({ "server.crt": made.cert, "server.key": made.private })) {
    const file = join(cluster.data, name);
    writeFileSync(file, text, { mode: 0o600 });
    chownSync(file, uid, gid);
  }
  await cluster.as("postgres", "postgres", async (client) => {
    await client.query("ALTER SYSTEM SET ssl = on");
    await client.query("SELECT pg_reload_conf()");
    // The server's processes hear of it one after the other.
    for (;;) {
      const { rowCount } = await client.query("SELECT WHERE current_setting('ssl') = 'on'");
      if (rowCount === 1) break;
    }
  });
  return made.cert;
}

/** A pair whose every connection is verified in full. */
export function verifiedPair(
  clusters: Clusters,
  database: string,
  certificates: Readonly<Record<Side, string>>,
): DatabasePair {
  const plain = pairOn(clusters, database);
  return {
    ...plain,
    operator: (side) =>
      Promise.resolve({
        ...clusters[side].config(OPERATOR, database),
        host: "localhost",
        ssl: { ca: certificates[side], rejectUnauthorized: true },
      }),
    async conninfo(subscriber) {
      const root = join(clusters[otherSide(subscriber)].data, "server.crt");
      // The tests' servers run as one user, so each may read the other's certificate.
      return `${(await plain.conninfo(subscriber)).replace("127.0.0.1", "localhost")} sslmode=verify-full sslrootcert='${root}'`;
    },
  };
}
