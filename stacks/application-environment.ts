import { Fn, Token } from "cdktf";
import type { IBucket } from "../lib/regional/bucket";
import type { ICache } from "../lib/regional/cache";
import type { IDatabase } from "../lib/regional/database";
import type { IKey } from "../lib/regional/key";
import type { IQueue } from "../lib/regional/queue";
import type { ByName } from "../lib/workload/workload";
import { isMysql, type DatabaseChoices } from "../lib/workload/database-choices";

/** A database as the tasks of one region see it. */
export interface DatabaseSight {
  readonly choices: DatabaseChoices;
  readonly own: IDatabase;
  /** Its twin in the other region. @default - there is none */
  readonly other?: IDatabase;
  /** ARN of the password's secret in the tasks' own region. */
  readonly passwordSecretArn: string;
  /** Name and port that the region's pooler answers on; needed with writer discovery `pooler`. */
  readonly pooler: { readonly host: string; readonly port: number };
  /** Name that follows the writer; needed with writer discovery `cname`. */
  readonly writerName: string;
}

/** What the tasks of one region see of it. */
export interface Sights {
  readonly databases: ByName<DatabaseSight>;
  readonly caches: ByName<ICache>;
  readonly buckets: ByName<IBucket>;
  readonly queues: ByName<IQueue>;
  readonly keys: ByName<IKey>;
  /** @default - the tasks send no mail */
  readonly mailDomain?: string;
}

/** What a task definition gives its container. */
export interface ApplicationEnvironment {
  readonly environment: ByName<string>;
  /** Variable to the ARN of the secret whose text it gets. */
  readonly secrets: ByName<string>;
}

/**
 * The variables a service gets for what it uses. For a database `orders`: `ORDERS_DATABASE_URL` and
 * `ORDERS_DATABASE_PASSWORD`; a cache `sessions`: `SESSIONS_CACHE_URL` and `SESSIONS_CACHE_PASSWORD`; a bucket `uploads`:
 * `UPLOADS_BUCKET`; a queue `jobs`: `JOBS_QUEUE_URL`; a key `pii`: `PII_KEY_ARN`; for mail: `MAIL_DOMAIN`.
 *
 * A database's URL leads to the one writer, wherever it is, in the way of its writer discovery:
 *
 * - `host-list`: the hosts of both regions, the own one first, and the wish for the one that takes writes. The server's
 *   certificate is verified against the real host names, so the image must carry the RDS root certificates.
 * - `pooler`: the region's own PgBouncer.
 * - `cname`: the private name that follows the writer. The certificate names the real host, so its authority alone can
 *   be verified.
 *
 * Where there is one region only, the URL leads straight to its database.
 */
export function applicationEnvironment(sights: Sights): ApplicationEnvironment {
  const { databases, caches, buckets, queues, keys, mailDomain } = sights;
  return {
    environment: {
      ...named(databases, "DATABASE_URL", databaseUrl),
      ...named(caches, "CACHE_URL", ({ host, port }) => `rediss://${host}:${port}`),
      ...named(buckets, "BUCKET", ({ bucketName }) => bucketName),
      ...named(queues, "QUEUE_URL", ({ url }) => url),
      ...named(keys, "KEY_ARN", ({ arn }) => arn),
      ...(mailDomain === undefined ? {} : { MAIL_DOMAIN: mailDomain }),
    },
    secrets: {
      ...named(databases, "DATABASE_PASSWORD", ({ passwordSecretArn }) => passwordSecretArn),
      ...named(caches, "CACHE_PASSWORD", ({ secretArn }) => secretArn),
    },
  };
}

function databaseUrl({ choices, own, other, pooler, writerName }: DatabaseSight): string {
  const mysql = isMysql(choices.engine);
  const url = (hosts: string, settings: string) =>
    `${mysql ? "mysql" : "postgresql"}://${choices.applicationRole}@${hosts}/${choices.databaseName}?${settings}`;
  if (!other && mysql) return url(`${own.host}:${own.port}`, "ssl-mode=VERIFY_IDENTITY");
  switch (other ? choices.writerDiscovery : "host-list") {
    case "pooler":
      return url(`${pooler.host}:${pooler.port}`, "sslmode=require");
    case "cname":
      return url(`${writerName}:${own.port}`, mysql ? "ssl-mode=VERIFY_CA" : "sslmode=verify-ca");
    case "host-list":
      return url(
        hostList(choices, [own, ...(other ? [other] : [])]),
        "target_session_attrs=read-write&sslmode=verify-full",
      );
  }
}

function hostList({ strategy }: DatabaseChoices, databases: readonly IDatabase[]): string {
  const hosts = databases.map(({ host }) => host);
  // Twins speak the same protocol, so they have one port.
  const [{ port }] = databases as [IDatabase];
  if (strategy !== "snapshot") return hosts.map((host) => `${host}:${port}`).join(",");
  // Before it is restored the target's has no host yet, and an empty one would mean the task itself.
  return Fn.join(",", Token.asList(Fn.formatlist(`%s:${port}`, [Fn.compact(hosts)])));
}

function named<T>(all: ByName<T>, suffix: string, value: (one: T) => string): ByName<string> {
  return Object.fromEntries(
    Object.entries(all).map(([name, one]) => [
      `${name.toUpperCase().replaceAll("-", "_")}_${suffix}`,
      value(one),
    ]),
  );
}
