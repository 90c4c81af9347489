import { SIDES, type Side } from "../side";
import type { DatabasePair } from "../world";
import { catalogDifferences, mending, nameOf } from "./catalog-differences";
import { readObjects, type CatalogObject } from "./catalog-objects";
import { choosePgDump, DUMP_OPTIONS, dumpSchema, findPgDumps, installPgDump, type PgDump } from "./pg-dump";
import { connect, type Session } from "./session";
import { versionOf } from "./ways";

/** What came of a copy: `copied`, or `already` there. */
export type SchemaCopy = "copied" | "already";

/**
 * Gives the target the source's schema: tables, sequences, functions, extensions, with their owners and rights, and no
 * rows. All in one transaction, so that the target has all of it or none. The roles that own something or have rights
 * must be there before. A target that has the same schema already is fine, so a repetition does nothing.
 *
 * Needs `pg_dump` of the source's version or a later one where the runbook runs.
 *
 * @throws Error that lists where a schema that is there differs, or says what the target refuses, or which package to install
 */
export function copySchema(pair: DatabasePair, signal: AbortSignal): Promise<SchemaCopy> {
  return onBoth(pair, signal, async (on) => {
    const [model, found] = await Promise.all(SIDES.map((side) => readObjects(on[side], signal)));
    if (!model || !found) throw new Error("both sides were asked, and one gave no answer");
    const [source, target] = await Promise.all([
      majorVersion(on.source, signal),
      majorVersion(on.target, signal),
    ]);
    if (hasTables(found)) {
      refuseUnlessSame(model, found, source === target);
      return "already";
    }
    const program = await requirePgDump(source);
    const dump = await dumpSchema(program, await pair.operator("source"), signal);
    await restore(on.target, withoutOwner(dump, await superuserOfPublic(on.source, signal)), signal);
    return "copied";
  });
}

/** What a copy would do now, for a dry run. Only reads. */
export function schemaCopyActions(pair: DatabasePair, signal: AbortSignal): Promise<string[]> {
  return onBoth(pair, signal, async (on) => {
    if (hasTables(await readObjects(on.target, signal))) return [];
    const { path } = await requirePgDump(await majorVersion(on.source, signal));
    return [
      `${pair.name}, source: ${path} ${DUMP_OPTIONS.join(" ")}`,
      `${pair.name}, target: what it writes, as one transaction`,
    ];
  });
}

/** @throws Error naming the package, when there is no `pg_dump` for a source of this major version */
export async function requirePgDump(source: number): Promise<PgDump> {
  const found = await findPgDumps();
  const chosen = choosePgDump(found, source);
  if (chosen) return chosen;
  const versions = found.map(({ path, version }) => `${path} is of version ${version}`).join(", ");
  throw new Error(
    `the schema is copied by pg_dump of version ${source} or later, and there is none (${versions || "no pg_dump at all"}): ${installPgDump(source)}`,
  );
}

const hasTables = (objects: readonly CatalogObject[]): boolean =>
  objects.some(({ kind }) => kind === "table");

function refuseUnlessSame(
  model: readonly CatalogObject[],
  found: readonly CatalogObject[],
  isSameVersion: boolean,
): void {
  const differences = catalogDifferences(model, found, isSameVersion);
  if (differences.length === 0) return;
  const lines = differences.map((difference) => {
    const how = difference.model ? (difference.found ? "differs" : "is missing") : "is there alone";
    return `  ${nameOf(difference)} ${how}: ${mending(difference) ?? "make it as it is on the source"}`;
  });
  throw new Error(["the target has another schema than the source:", ...lines].join("\n"));
}

/**
 * The superuser that owns the schema `public`, as on every server up to version 14; later it is the database's owner
 * (https://www.postgresql.org/docs/release/15.0/).
 *
 * @returns quoted. @default - no superuser does
 */
async function superuserOfPublic(source: Session, signal: AbortSignal): Promise<string | undefined> {
  const [row] = await source.query<{ owner: string }>(
    signal,
    `SELECT quote_ident(r.rolname) AS owner FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
      WHERE n.nspname = 'public' AND r.rolsuper`,
  );
  return row?.owner;
}

/** On the target `public` stays whose it is: nobody but a superuser could give it to one, and on RDS nobody at all. */
const withoutOwner = (dump: string, owner: string | undefined): string =>
  owner === undefined ? dump : dump.replace(`\nALTER SCHEMA public OWNER TO ${owner};\n`, "\n");

/** Statements sent as one are one transaction. */
async function restore(target: Session, dump: string, signal: AbortSignal): Promise<void> {
  try {
    await target.query(signal, dump);
  } catch (error) {
    const { message, position } = error as Error & { position?: string };
    const statement = position === undefined ? "" : ` at: ${statementAt(dump, Number(position))}`;
    throw new Error(`the target refuses the source's schema, and has none of it: ${message}${statement}`, {
      cause: error,
    });
  }
}

/** The line that an error is about; a dump has no secrets. */
function statementAt(dump: string, position: number): string {
  const start = dump.lastIndexOf("\n", position - 1) + 1;
  return dump.slice(start, dump.indexOf("\n", position)).trim();
}

const majorVersion = async (session: Session, signal: AbortSignal): Promise<number> =>
  Math.floor((await versionOf(session, signal)) / 10_000);

/** Sessions of its own: a dump changes the settings of the one it is restored by. */
async function onBoth<T>(
  pair: DatabasePair,
  signal: AbortSignal,
  work: (on: Readonly<Record<Side, Session>>) => Promise<T>,
): Promise<T> {
  const opened: Session[] = [];
  const open = async (side: Side): Promise<Session> => {
    const session = await connect(await pair.operator(side), signal);
    opened.push(session);
    return session;
  };
  try {
    return await work({ source: await open("source"), target: await open("target") });
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}
