import type { Side } from "../side";
import type { DatabasePair } from "../world";
import { publishable, readSequences, readTables, type Table } from "./catalog";
import { feedFindings } from "./feeds";
import { rightsFindings } from "./operator-rights";
import { APPLICATION_NAME, type Session } from "./session";
import { subscriptionName, subscriptionState, unsubscribedTables } from "./subscription";
import { twinFindings } from "./twins";

/** The two ends of a switch, as the preflight looks at them. */
export interface SwitchEnds {
  readonly pair: DatabasePair;
  readonly from: Side;
  readonly to: Side;
  readonly onFrom: Session;
  readonly onTo: Session;
  /** Age of a transaction, in milliseconds, with which the fence would not end in time. */
  readonly patience: number;
}

/** What would make a switch fail or lose something, each finding with its fix. Changes nothing. */
export async function switchFindings(
  { pair, from, to, onFrom, onTo, patience }: SwitchEnds,
  signal: AbortSignal,
): Promise<string[]> {
  const roles = [...pair.applicationRoles];
  const [tablesFrom, tablesTo, sequencesFrom, sequencesTo, forward, reverse, pending, ...others] =
    await Promise.all([
      readTables(onFrom, roles, signal),
      readTables(onTo, roles, signal),
      readSequences(onFrom, signal),
      readSequences(onTo, signal),
      subscriptionFindings(onTo, to, signal),
      subscriptionFindings(onFrom, from, signal),
      pendingFindings(onFrom, from, patience, signal),
      rightsFindings(from, onFrom, roles, signal),
      rightsFindings(to, onTo, roles, signal),
      feedFindings(from, onFrom, signal),
      feedFindings(to, onTo, signal),
    ]);
  const tables = { [from]: tablesFrom, [to]: tablesTo } as Record<Side, Table[]>;
  const sequences = { [from]: sequencesFrom, [to]: sequencesTo } as Record<Side, string[]>;
  const unknown = await Promise.all([
    unsubscribedFindings(onTo, to, tablesTo, signal),
    unsubscribedFindings(onFrom, from, tablesFrom, signal),
  ]);
  return [
    ...others.flat(),
    ...guardFindings(from, tablesFrom),
    ...guardFindings(to, tablesTo),
    ...twinFindings({ tables, sequences }),
    ...forward,
    ...reverse,
    ...unknown.flat(),
    ...pending,
  ];
}

/** A table that came after `start` has no gate and is not carried: writes to it would be lost without a sign. */
function guardFindings(side: Side, tables: readonly Table[]): string[] {
  return [
    ...tables
      .filter(({ gate }) => gate !== "enabled")
      .map(
        ({ quoted, gate }) =>
          `table ${quoted} on the ${side}: its gate is ${gate ?? "missing"}: run \`relocate start\` again`,
      ),
    ...publishable(tables)
      .filter(({ isPublished }) => !isPublished)
      .map(({ quoted }) => `table ${quoted} on the ${side} is not replicated: run \`relocate start\` again`),
  ];
}

async function subscriptionFindings(subscriber: Session, to: Side, signal: AbortSignal): Promise<string[]> {
  const name = `subscription ${subscriptionName(to)} on the ${to}`;
  const state = await subscriptionState(subscriber, to, signal);
  if (!state) return [`${name} is missing: run \`relocate start\``];
  const findings: string[] = [];
  if (!state.enabled) findings.push(`${name} is disabled: run \`relocate start\` again`);
  else if (!state.running)
    findings.push(`${name} has no worker now: see the log of the ${to}'s server for why it ends`);
  if (state.copying > 0)
    findings.push(`${name} still copies ${state.copying} tables: wait until they are there`);
  return findings;
}

async function unsubscribedFindings(
  subscriber: Session,
  to: Side,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<string[]> {
  const unknown = await unsubscribedTables(subscriber, to, tables, signal);
  return unknown.map(
    (table) => `table ${table} is unknown to ${subscriptionName(to)}: run \`relocate start\` again`,
  );
}

/** What would outlast the fence's patience, seen before any writer is held. */
async function pendingFindings(
  session: Session,
  from: Side,
  patience: number,
  signal: AbortSignal,
): Promise<string[]> {
  const long = await session.query<{ what: string }>(
    signal,
    `SELECT format('process %s of role %s (%s)', pid, usename, coalesce(nullif(application_name, ''), 'no application name')) AS what
       FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type NOT IN ('autovacuum worker', 'walsender') AND backend_type NOT LIKE 'logical replication %'
        AND xact_start < clock_timestamp() - $1::interval AND NOT (usename = session_user AND application_name = $2)`,
    [`${patience} milliseconds`, APPLICATION_NAME],
  );
  const prepared = await session.query<{ gid: string }>(
    signal,
    "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()",
  );
  return [
    ...long.map(
      ({ what }) =>
        `${what} on the ${from} is in a transaction since more than ${patience} ms: let it commit, or end it`,
    ),
    ...prepared.map(
      ({ gid }) => `prepared transaction ${gid} on the ${from}: COMMIT PREPARED or ROLLBACK PREPARED it`,
    ),
  ];
}
