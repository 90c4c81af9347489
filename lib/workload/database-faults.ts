import { mysqlNameFault } from "../mysql-name";
import { postgresNameFault } from "../postgres-name";
import { ENGINES, engineVersionFault } from "../regional/database-engine";
import type { DatabaseEngine, DatabaseStrategy, WorkloadDatabase, WriterDiscovery } from "./database";
import { databaseChoices, isAurora, isMysql, majorVersion, type DatabaseChoices } from "./database-choices";
import { isOlder } from "./engine-version";
import { fault, fits, isWhole, unless } from "./fault";

const ENGINE_NAMES = Object.keys(ENGINES) as DatabaseEngine[];

/** Which engines a strategy can carry. */
const CARRIES: Readonly<Record<DatabaseStrategy, readonly DatabaseEngine[]>> = {
  logical: ["postgres", "aurora-postgresql"],
  physical: ["postgres", "mysql"],
  seeded: ["postgres"],
  "aurora-global": ["aurora-postgresql", "aurora-mysql"],
  snapshot: ENGINE_NAMES,
};

/** Which engines' drivers, or whose pooler, can find the writer that way. */
const FINDS: Readonly<Record<WriterDiscovery, readonly DatabaseEngine[]>> = {
  "host-list": ["postgres", "aurora-postgresql"],
  pooler: ["postgres", "aurora-postgresql"],
  cname: ENGINE_NAMES,
};

/**
 * Oldest major versions that are moved, but for snapshots: those that the runbook is tested with; older MySQL has left RDS's
 * standard support.
 */
const LEAST_MAJOR_VERSION = { postgres: 13, mysql: 8 };

/**
 * Oldest one whose read replica can have the backups that its promotion rests on
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html).
 */
const LEAST_REPLICA = { postgres: 14, mysql: 8 };

/** @returns what is wrong with one database */
export function databaseFaults(name: string, database: WorkloadDatabase): string[] {
  const path = `databases.${name}`;
  const choices = databaseChoices(name, database);
  if (!ENGINE_NAMES.includes(choices.engine)) {
    return [
      fault(
        `${path}.engine`,
        `"${choices.engine}"`,
        `one of ${ENGINE_NAMES.join(", ")}`,
        "name one of them, or leave it out for postgres",
      ),
    ];
  }
  return [
    ...choiceFaults(path, choices),
    ...versionFaults(path, choices),
    ...lossFaults(path, choices.strategy, database.acceptedLossMinutes),
    ...authorityFaults(path, choices, database),
    ...sizeFaults(path, choices.engine, database),
    ...innerNameFaults(path, choices),
  ];
}

function choiceFaults(path: string, { engine, strategy, writerDiscovery }: DatabaseChoices): string[] {
  const able = <T extends string>(table: Readonly<Record<T, readonly DatabaseEngine[]>>) =>
    (Object.keys(table) as T[]).filter((choice) => table[choice].includes(engine)).join(", ");
  return [
    ...unless(
      CARRIES[strategy]?.includes(engine),
      fault(
        `${path}.strategy`,
        `"${strategy}" with the engine ${engine}`,
        `one of ${able(CARRIES)}`,
        "choose one of them, or leave it out for the engine's own",
      ),
    ),
    ...unless(
      FINDS[writerDiscovery]?.includes(engine),
      fault(
        `${path}.writerDiscovery`,
        `"${writerDiscovery}" with the engine ${engine}`,
        `one of ${able(FINDS)}`,
        "choose one of them, or leave it out for the engine's own",
      ),
    ),
  ];
}

function versionFaults(path: string, { engine, engineVersion, strategy }: DatabaseChoices): string[] {
  const { source, target } = engineVersion;
  const versions = { engineVersion: source, ...(target === source ? {} : { targetEngineVersion: target }) };
  const formFaults = Object.entries(versions).flatMap(([property, version]) => {
    const finding = engineVersionFault(engine, version);
    return finding === undefined ? [] : [`${path}.${property}: ${finding}. Fix: write it as RDS does.`];
  });
  if (formFaults.length > 0) return formFaults;
  const isReplica = strategy === "physical" || strategy === "seeded";
  const least = (isReplica ? LEAST_REPLICA : LEAST_MAJOR_VERSION)[ENGINES[engine].dialect];
  return [
    ...unless(
      strategy === "snapshot" || majorVersion(source) >= least,
      fault(
        `${path}.engineVersion`,
        `"${source}"`,
        `${least} or newer, the oldest that the strategy ${strategy} moves`,
        'upgrade the source first, or choose the strategy "snapshot"',
      ),
    ),
    ...unless(
      target === source || strategy === "logical",
      fault(
        `${path}.targetEngineVersion`,
        `"${target}", the source's being "${source}", with the strategy ${strategy}`,
        "the version of the source, which that strategy copies as it is",
        'leave it out, or choose the strategy "logical", which carries rows across versions',
      ),
    ),
    ...unless(
      !isOlder(target, source),
      fault(
        `${path}.targetEngineVersion`,
        `"${target}", older than the source's "${source}"`,
        "the same version or a newer one",
        "leave it out, or raise it",
      ),
    ),
  ];
}

/** Strategies in which the two servers connect to each other. */
const REPLICATING: readonly DatabaseStrategy[] = ["logical", "physical", "seeded"];

function authorityFaults(
  path: string,
  { engine, strategy }: DatabaseChoices,
  { serverAuthorities }: WorkloadDatabase,
): string[] {
  if (serverAuthorities === undefined) return [];
  if (engine !== "postgres" || !REPLICATING.includes(strategy)) {
    return [
      fault(
        `${path}.serverAuthorities`,
        `it with the engine ${engine} and the strategy ${strategy}`,
        "nothing, as the runbook has no such servers connect to each other",
        "take it out",
      ),
    ];
  }
  return Object.entries(serverAuthorities).flatMap(([side, file]: [string, string]) =>
    unless(
      /^\/[^\s'\\]+$/.test(file),
      fault(
        `${path}.serverAuthorities.${side}`,
        `"${file}"`,
        "an absolute path on that side's server, without spaces, quotes and backslashes",
        "name the file as the server sees it",
      ),
    ),
  );
}

function lossFaults(path: string, strategy: DatabaseStrategy, minutes: number | undefined): string[] {
  const at = `${path}.acceptedLossMinutes`;
  if (strategy !== "snapshot") {
    return unless(
      minutes === undefined,
      fault(
        at,
        `${minutes} with the strategy ${strategy}`,
        "nothing, as that strategy loses nothing",
        "take it out",
      ),
    );
  }
  return unless(
    minutes !== undefined && isWhole(minutes, 1),
    fault(
      at,
      minutes === undefined ? "nothing with the strategy snapshot" : `${minutes}`,
      "how many minutes of acknowledged writes may be lost, a whole number",
      "state the minutes, or choose a strategy that loses nothing",
    ),
  );
}

function sizeFaults(path: string, engine: DatabaseEngine, database: WorkloadDatabase): string[] {
  const { instanceClass, storageGib } = database;
  const example = isAurora(engine) ? "db.r7g.large" : "db.m7g.large";
  return [
    ...unless(
      fits(/^db\.[a-z][0-9a-z-]*\.[0-9a-z]+$/, instanceClass),
      fault(
        `${path}.instanceClass`,
        `"${instanceClass}"`,
        "an RDS instance class",
        `write it such as ${example}`,
      ),
    ),
    ...unless(
      storageGib === undefined || !isAurora(engine),
      fault(
        `${path}.storageGib`,
        `${storageGib} with the engine ${engine}`,
        "nothing, as Aurora sizes itself",
        "take it out",
      ),
    ),
    ...unless(
      storageGib === undefined || isAurora(engine) || isWhole(storageGib, 20, 65_536),
      fault(`${path}.storageGib`, `${storageGib}`, "a whole number from 20 to 65536", "give the size in GiB"),
    ),
  ];
}

function innerNameFaults(path: string, { engine, databaseName, applicationRole }: DatabaseChoices): string[] {
  const findings = isMysql(engine)
    ? {
        databaseName: mysqlNameFault(databaseName, "database"),
        applicationRole: mysqlNameFault(applicationRole, "user"),
      }
    : { databaseName: postgresNameFault(databaseName), applicationRole: postgresNameFault(applicationRole) };
  return Object.entries(findings).flatMap(([property, finding]) =>
    finding === undefined ? [] : [`${path}.${property}: ${finding}. Fix: give "${property}" another value.`],
  );
}
