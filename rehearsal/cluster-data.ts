import { execFile } from "node:child_process";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "./binaries";
import type { ClusterSettings } from "./cluster-settings";

const run = promisify(execFile);

/** The superuser, called as on RDS; only the rehearsal itself uses it, and only before anyone else connects. */
export const SUPERUSER = "rdsadmin";

/** Makes a server's data directory, owned by the user that the servers run as. */
export async function createData(
  directory: string,
  { initdb, user }: Binaries,
  password: string,
  signal: AbortSignal,
): Promise<string> {
  const data = join(directory, "data");
  const passwordFile = join(directory, "password");
  await mkdir(directory, { recursive: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await Promise.all([directory, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  // What initdb wrote needs no syncing: a machine that crashes now has nothing to recover.
  const options = `-U ${SUPERUSER} -A scram-sha-256 -E UTF8 --locale=C --no-sync`.split(" ");
  await run(initdb, ["-D", data, "--pwfile", passwordFile, ...options], {
    ...user,
    cwd: directory,
    env: { TZ: "UTC" },
    signal,
  });
  await rm(passwordFile);
  return data;
}

/** Writes settings, certificate and the rule of who may connect: everybody with a password, over TLS if it is forced. */
export async function configure(
  data: string,
  { user }: Binaries,
  { lines, forceTls }: ClusterSettings,
  { certificate, key }: { readonly certificate: string; readonly key: string },
): Promise<void> {
  const files = {
    "server.crt": certificate,
    "server.key": key,
    "pg_hba.conf": `${forceTls ? "hostssl" : "host"} all all 127.0.0.1/32 scram-sha-256\n`,
    "postgresql.conf": `${lines.join("\n")}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(data, name);
    await writeFile(path, text, { mode: 0o600 });
    if (user) await chown(path, user.uid, user.gid);
  }
}
