import type { PoolConfig } from "pg";
import { type DatabaseUrl, parseDatabaseUrl } from "./database-url";

/** A database of the shop: how the environment says to connect to it. */
export interface ShopDatabase {
  /** As the workload calls it, such as `orders`. */
  readonly name: string;
  readonly url: DatabaseUrl;
  /** All but the host. */
  readonly config: PoolConfig;
}

const SUFFIX = "_DATABASE_URL";

/**
 * Reads every `<NAME>_DATABASE_URL` with its `<NAME>_DATABASE_PASSWORD`.
 *
 * @throws Error that lists everything that is missing or does not fit
 */
export function databasesIn(environment: NodeJS.ProcessEnv): ShopDatabase[] {
  const faults: string[] = [];
  const found = Object.entries(environment).flatMap(([variable, url = ""]) => {
    if (!variable.endsWith(SUFFIX)) return [];
    const prefix = variable.slice(0, -SUFFIX.length);
    const password = environment[`${prefix}_DATABASE_PASSWORD`];
    if (!password) faults.push(`${prefix}_DATABASE_PASSWORD is absent`);
    try {
      const parsed = parseDatabaseUrl(url);
      return [
        {
          name: prefix.toLowerCase().replaceAll("_", "-"),
          url: parsed,
          config: configOf(parsed, password ?? ""),
        },
      ];
    } catch (error) {
      faults.push(`${variable}: ${(error as Error).message}`);
      return [];
    }
  });
  if (found.length + faults.length === 0) faults.push("no variable <NAME>_DATABASE_URL names a database");
  if (faults.length > 0) {
    throw new Error(
      [
        "the task definition's environment and secrets are not what this needs:",
        ...faults.map((fault) => `  ${fault}`),
      ].join("\n"),
    );
  }
  return found;
}

function configOf({ user, database, sslMode, sslNegotiation }: DatabaseUrl, password: string): PoolConfig {
  return {
    user,
    database,
    password,
    ssl: tlsOf(sslMode),
    sslnegotiation: sslNegotiation,
    connectionTimeoutMillis: 3_000,
    // A session that says nothing for so long has lost its server; a pooler may hold a statement longer than that.
    query_timeout: sslMode === "require" ? 8_000 : 3_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  };
}

/** Verified means: against the image's trust store. */
function tlsOf(mode: DatabaseUrl["sslMode"]): PoolConfig["ssl"] {
  if (mode === "require") return { rejectUnauthorized: false };
  if (mode === "verify-ca") return { checkServerIdentity: () => undefined };
  return true;
}
