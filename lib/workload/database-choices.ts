import type { DatabaseEngine, DatabaseStrategy, WorkloadDatabase, WriterDiscovery } from "./database";

/** A database of the workload with every default filled in. */
export interface DatabaseChoices {
  readonly engine: DatabaseEngine;
  readonly strategy: DatabaseStrategy;
  readonly writerDiscovery: WriterDiscovery;
  readonly engineVersion: { readonly source: string; readonly target: string };
  readonly databaseName: string;
  readonly applicationRole: string;
}

/** What a workload's database is, once its defaults are filled in. */
export function databaseChoices(name: string, database: WorkloadDatabase): DatabaseChoices {
  const engine = database.engine ?? "postgres";
  return {
    engine,
    strategy: database.strategy ?? USUAL_STRATEGY[engine],
    writerDiscovery: database.writerDiscovery ?? (isMysql(engine) ? "cname" : "host-list"),
    engineVersion: {
      source: database.engineVersion,
      target: database.targetEngineVersion ?? database.engineVersion,
    },
    // Hyphens would need quoting in SQL.
    databaseName: database.databaseName ?? name.replaceAll("-", "_"),
    applicationRole: database.applicationRole ?? `${name.replaceAll("-", "_")}_app`,
  };
}

const USUAL_STRATEGY: Readonly<Record<DatabaseEngine, DatabaseStrategy>> = {
  postgres: "logical",
  mysql: "physical",
  "aurora-postgresql": "aurora-global",
  "aurora-mysql": "aurora-global",
};

export const isMysql = (engine: DatabaseEngine): boolean => engine === "mysql" || engine === "aurora-mysql";

/** Whether RDS runs it as a cluster. */
export const isAurora = (engine: DatabaseEngine): engine is "aurora-postgresql" | "aurora-mysql" =>
  engine.startsWith("aurora-");

/** The number that decides what two servers can do together, such as 18 or 8. */
export const majorVersion = (engineVersion: string): number => Number.parseInt(engineVersion, 10);
