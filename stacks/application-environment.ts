import type { IBucket } from "../lib/regional/bucket";
import type { IDatabase } from "../lib/regional/database";

/** A database as the tasks of one region see it. */
export interface DatabaseSight {
  readonly own: IDatabase;
  /** Its twin in the other region. @default - there is none */
  readonly other?: IDatabase;
  /** Name of the database inside the server. */
  readonly databaseName: string;
  readonly applicationRole: string;
  /** ARN of the password's secret in the tasks' own region. */
  readonly passwordSecretArn: string;
}

/** What a task definition gives its container. */
export interface ApplicationEnvironment {
  readonly environment: { readonly [name: string]: string };
  /** Variable to the ARN of the secret whose text it gets. */
  readonly secrets: { readonly [name: string]: string };
}

/**
 * The variables a service gets for the databases and buckets it uses: for a database `orders`,
 * `ORDERS_DATABASE_URL` and `ORDERS_DATABASE_PASSWORD`; for a bucket `uploads`, `UPLOADS_BUCKET`.
 *
 * The URL lists the hosts of both regions, the own one first, and asks for the one that takes writes: that is how an
 * application finds the writer by itself. Its form is libpq's connection URI; the server's certificate is verified
 * against the real host names, so the image must carry the RDS root certificates.
 */
export function applicationEnvironment(
  databases: { readonly [name: string]: DatabaseSight },
  buckets: { readonly [name: string]: IBucket },
): ApplicationEnvironment {
  const sights = Object.entries(databases);
  return {
    environment: {
      ...Object.fromEntries(
        sights.map(([name, sight]) => [`${variable(name)}_DATABASE_URL`, databaseUrl(sight)]),
      ),
      ...Object.fromEntries(
        Object.entries(buckets).map(([name, bucket]) => [`${variable(name)}_BUCKET`, bucket.bucketName]),
      ),
    },
    secrets: Object.fromEntries(
      sights.map(([name, sight]) => [`${variable(name)}_DATABASE_PASSWORD`, sight.passwordSecretArn]),
    ),
  };
}

function databaseUrl({ own, other, databaseName, applicationRole }: DatabaseSight): string {
  const hosts = [own, ...(other ? [other] : [])].map(({ host, port }) => `${host}:${port}`).join(",");
  return `postgresql://${applicationRole}@${hosts}/${databaseName}?target_session_attrs=read-write&sslmode=verify-full`;
}

/** `order-items` becomes `ORDER_ITEMS`. */
function variable(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
