import { execFile } from "node:child_process";
import { access, constants, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { ClientConfig } from "pg";

const run = promisify(execFile);

/** A `pg_dump` on this machine. */
export interface PgDump {
  readonly path: string;
  /** Major version, such as 18. */
  readonly version: number;
}

/** Where packages put the programs of each version: Debian's, PGDG's for Red Hat, and Homebrew's. */
const FOLDERS = [
  { parent: "/usr/lib/postgresql", bin: "bin" },
  { parent: "/usr", bin: "bin", like: /^pgsql-/ },
  { parent: "/opt/homebrew/opt", bin: "bin", like: /^(postgresql@|libpq)/ },
  { parent: "/usr/local/opt", bin: "bin", like: /^(postgresql@|libpq)/ },
] as const;

/** Every `pg_dump` on the path and where packages put it. */
export async function findPgDumps(environment: NodeJS.ProcessEnv = process.env): Promise<PgDump[]> {
  const onPath = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const packaged = await Promise.all(
    FOLDERS.map(async ({ parent, bin, ...rest }) => {
      const like = "like" in rest ? rest.like : /./;
      const [listed] = await Promise.allSettled([readdir(parent)]);
      const names = listed.status === "fulfilled" ? listed.value : [];
      return names.filter((name) => like.test(name)).map((name) => join(parent, name, bin));
    }),
  );
  const paths = [...new Set([...onPath, ...packaged.flat()])].map((folder) => join(folder, "pg_dump"));
  return (await Promise.all(paths.map(asPgDump))).flat();
}

async function asPgDump(path: string): Promise<PgDump[]> {
  const [present] = await Promise.allSettled([access(path, constants.X_OK)]);
  if (present.status === "rejected") return [];
  const [asked] = await Promise.allSettled([run(path, ["--version"])]);
  // One that cannot run, a library of its missing, is as good as none.
  const version =
    asked.status === "fulfilled" ? /\(PostgreSQL\) (\d+)/.exec(asked.value.stdout)?.[1] : undefined;
  return version === undefined ? [] : [{ path, version: Number(version) }];
}

/**
 * The oldest that is not older than the source: `pg_dump` refuses a newer server, and a newer `pg_dump` writes settings
 * that an older target does not know (https://www.postgresql.org/docs/current/app-pgdump.html).
 *
 * @returns `undefined` when there is none
 */
export function choosePgDump(found: readonly PgDump[], source: number): PgDump | undefined {
  return found
    .filter(({ version }) => version >= source)
    .sort((one, other) => one.version - other.version)
    .at(0);
}

/** What to install to have a `pg_dump` of a version. */
export const installPgDump = (version: number): string =>
  `install the client programs of PostgreSQL ${version} on the machine that runs this: ` +
  `apt-get install postgresql-client-${version} (with the repository apt.postgresql.org), ` +
  `dnf install postgresql${version} (with the repository of yum.postgresql.org), or brew install postgresql@${version}`;

/** Leaves out what the target has of its own: this runbook's schema, publications and subscriptions. */
export const DUMP_OPTIONS = [
  "--schema-only",
  "--exclude-schema=relocate",
  "--no-publications",
  "--no-subscriptions",
  "--no-password",
] as const;

/** A schema of a gigabyte is none. In bytes. */
const MOST_OUTPUT = 2 ** 30;

/**
 * Statements that make a database's schema, with owners and rights, without rows. The password goes by the environment:
 * arguments can be read by everybody on the machine.
 *
 * @throws Error with what `pg_dump` says
 */
export async function dumpSchema(
  { path }: PgDump,
  config: ClientConfig,
  signal: AbortSignal,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "relocate-dump-"));
  try {
    const { stdout } = await run(path, [...DUMP_OPTIONS], {
      env: { PATH: process.env.PATH, LC_ALL: "C", ...(await libpqEnvironment(config, folder)) },
      maxBuffer: MOST_OUTPUT,
      signal,
    });
    return forAnySession(stdout);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`pg_dump cannot read the source's schema: ${stderr?.trim() || message}`, {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same connection as the runbook's own, in the words of libpq (https://www.postgresql.org/docs/current/libpq-envars.html). */
async function libpqEnvironment(config: ClientConfig, folder: string): Promise<Record<string, string>> {
  const { host, port, user, database, ssl } = config;
  // Other kinds of passwords are functions that the runbook does not use.
  const password = typeof config.password === "string" ? config.password : "";
  const login = {
    PGHOST: host ?? "",
    PGPORT: String(port ?? 5432),
    PGUSER: user ?? "",
    PGDATABASE: database ?? "",
    PGPASSWORD: password,
    PGCONNECT_TIMEOUT: "10",
    PGAPPNAME: "relocate",
  };
  if (!ssl) return login;
  const isVerified = ssl === true || ssl.rejectUnauthorized !== false;
  if (!isVerified) return { ...login, PGSSLMODE: "require" };
  const authorities = ssl === true ? undefined : ssl.ca;
  if (authorities === undefined) return { ...login, PGSSLMODE: "verify-full", PGSSLROOTCERT: "system" };
  const file = join(folder, "authorities.pem");
  await writeFile(file, [authorities].flat().join("\n"));
  return { ...login, PGSSLMODE: "verify-full", PGSSLROOTCERT: file };
}

/**
 * Since the releases of August 2025 a dump begins and ends with commands for psql alone (CVE-2025-8714). From version 17 on
 * pg_dump turns off a limit that older targets do not know; the runbook's own sessions have none.
 */
const forAnySession = (dump: string): string =>
  dump.replaceAll(/^(\\(un)?restrict .*|SET transaction_timeout = 0;)$/gm, "");
