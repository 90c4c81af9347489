/** What RDS calls an engine; the Aurora ones are clusters, the others instances. */
export type DatabaseEngine = "postgres" | "mysql" | "aurora-postgresql" | "aurora-mysql";

/**
 * How a database's rows get to the other region.
 *
 * - `logical`: standing publications and subscriptions both ways. PostgreSQL only; a hold of less than a second.
 * - `physical`: a read replica in the target region that the runbook promotes. Carries everything; promotion reboots, so
 *   the hold lasts minutes. The way back is logical for PostgreSQL, binary log for MySQL.
 * - `seeded`: a read replica promoted early, then logical. PostgreSQL only; carries everything at the seed and rows after.
 * - `aurora-global`: an Aurora global database that is switched over. Aurora only; about a minute.
 * - `snapshot`: stop writes, snapshot, copy, restore. Loses what was written in between, hence `acceptedLossMinutes`.
 */
export type DatabaseStrategy = "logical" | "physical" | "seeded" | "aurora-global" | "snapshot";

/**
 * How applications find the writer.
 *
 * - `host-list`: the connection string lists both hosts and asks for the one that takes writes. At the switch writes in
 *   flight get an error that can be retried, then reconnect, well under a second. Real host names, so TLS verifies fully.
 * - `pooler`: PgBouncer in each region, paused and pointed elsewhere. Statements wait, none fails. TLS from application to
 *   pooler is encrypted but not verified; from pooler to database it is verified fully. PostgreSQL only.
 * - `cname`: one private name with a TTL of a second. As `host-list`, plus what DNS takes (Route 53: "generally within 60
 *   seconds"). TLS can verify the authority only, as the certificate carries another name.
 */
export type WriterDiscovery = "host-list" | "pooler" | "cname";

/**
 * By the side that connects: path, on that side's server, of a file with the authorities that sign the other side's
 * certificate, in PEM (`sslrootcert` of libpq).
 */
export interface ServerAuthorities {
  /** @default - what the source's server reads from the target's is encrypted, and not verified */
  readonly source?: string;
  /** @default - what the target's server reads from the source's is encrypted, and not verified */
  readonly target?: string;
}

/** A relational database, and how it moves. */
export interface WorkloadDatabase {
  /** Changing it replaces the database: its data is lost. @default "postgres" */
  readonly engine?: DatabaseEngine;
  /** As RDS writes it, such as `18`, `17.4`, `8.4.3` or `8.0.mysql_aurora.3.08.0`. */
  readonly engineVersion: string;
  /** @default - `logical` for PostgreSQL, `physical` for MySQL, `aurora-global` for Aurora */
  readonly strategy?: DatabaseStrategy;
  /**
   * Engine version in the target region, for an upgrade on the way: `logical` only, never older than the source's.
   *
   * @default - that of the source
   */
  readonly targetEngineVersion?: string;
  /** @default - `host-list` for PostgreSQL, `cname` for MySQL: its drivers know no host list */
  readonly writerDiscovery?: WriterDiscovery;
  /**
   * With `snapshot`, and only then: how many minutes of acknowledged writes may be lost. Shown in every plan.
   *
   * @default - refused without it
   */
  readonly acceptedLossMinutes?: number;
  /** RDS instance class. @default "db.m7g.large", for Aurora "db.r7g.large" */
  readonly instanceClass?: string;
  /** Storage in GiB; it can grow, never shrink. Aurora sizes itself. @default 100 */
  readonly storageGib?: number;
  /** Name of the database inside the server. Another name destroys the instance. @default - the database's name here */
  readonly databaseName?: string;
  /**
   * Has the two servers verify each other in full (`sslmode=verify-full`) when they replicate. Only where these files are
   * known to be there, which `relocate preflight` tries: RDS signs the certificates of each region by an authority of that
   * region, and lets nobody put a file on its servers, so between two of its regions there is nothing to name
   * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html). PostgreSQL only.
   *
   * @default - the servers encrypt what they send each other (`sslmode=require`), and do not verify
   */
  readonly serverAuthorities?: ServerAuthorities;
  /** Role the application connects as. @default - `<name>_app` */
  readonly applicationRole?: string;
}
