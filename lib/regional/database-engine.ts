import type { DatabaseEngine } from "../workload/database";

/** What RDS makes of one engine. */
export interface EngineFacts {
  /** The same on both sides: a host list with one port a host is hard to read, and nobody gains by another. */
  readonly port: number;
  /** Whose SQL it speaks. */
  readonly dialect: "postgres" | "mysql";
  /** Form of a version as RDS takes it; the first group is what the parameter group's family is named by. */
  readonly version: RegExp;
  /** The form in words, for messages. */
  readonly versionInWords: string;
  /** Family of a parameter group, without the version. */
  readonly family: string;
  /** Logs that go to CloudWatch. */
  readonly logs: readonly string[];
  readonly defaultClass: string;
}

const POSTGRES_PORT = 5432;
const MYSQL_PORT = 3306;

/**
 * Sources: RDS and Aurora user guides, "DB parameter groups" for the families, "Publishing PostgreSQL (MySQL, Aurora ...)
 * logs to Amazon CloudWatch Logs" for the logs.
 */
export const ENGINES: Readonly<Record<DatabaseEngine, EngineFacts>> = {
  postgres: {
    port: POSTGRES_PORT,
    dialect: "postgres",
    version: /^(\d{2})(\.\d+)?$/,
    versionInWords: 'such as "18" or "17.4"',
    family: "postgres",
    logs: ["postgresql", "upgrade"],
    defaultClass: "db.m7g.large",
  },
  mysql: {
    port: MYSQL_PORT,
    dialect: "mysql",
    version: /^(\d+\.\d+)(\.\d+)?$/,
    versionInWords: 'such as "8.4" or "8.4.3"',
    family: "mysql",
    logs: ["error", "slowquery"],
    defaultClass: "db.m7g.large",
  },
  "aurora-postgresql": {
    port: POSTGRES_PORT,
    dialect: "postgres",
    version: /^(\d{2})(\.\d+)?$/,
    versionInWords: 'such as "17" or "16.6"',
    family: "aurora-postgresql",
    logs: ["postgresql"],
    defaultClass: "db.r7g.large",
  },
  "aurora-mysql": {
    port: MYSQL_PORT,
    dialect: "mysql",
    version: /^(\d+\.\d+)\.mysql_aurora\.\d+\.\d+\.\d+$/,
    versionInWords: 'such as "8.0.mysql_aurora.3.08.0"',
    family: "aurora-mysql",
    logs: ["audit", "error", "slowquery"],
    defaultClass: "db.r7g.large",
  },
};

/** @returns what is wrong with a version, and what was expected; undefined when nothing is */
export function engineVersionFault(engine: DatabaseEngine, version: string): string | undefined {
  const { version: form, versionInWords } = ENGINES[engine];
  return form.test(version)
    ? undefined
    : `found "${version}", expected a version of ${engine} ${versionInWords}`;
}

/** Family of the parameter groups that fit a version, such as `postgres18`, `mysql8.4` or `aurora-mysql8.0`. */
export function parameterFamily(engine: DatabaseEngine, version: string): string {
  const { version: form, family } = ENGINES[engine];
  return `${family}${form.exec(version)?.[1] ?? version}`;
}

/**
 * Whether RDS is to choose the minor version. Where one is named, an upgrade in between would have the next plan ask for
 * the older one, which RDS refuses.
 */
export function followsMinorVersions(engine: DatabaseEngine, version: string): boolean {
  return ENGINES[engine].version.exec(version)?.[1] === version;
}
