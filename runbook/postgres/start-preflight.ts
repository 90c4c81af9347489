import type { Side } from "../side";
import type { DatabasePair } from "../world";
import { readSequences, readTables, type Table } from "./catalog";
import { feedFindings } from "./feeds";
import { rightsFindings } from "./operator-rights";
import { canLogIn } from "./roles";
import type { Session } from "./session";
import { readStanding, standingFindings } from "./standing";
import { twinFindings } from "./twins";

/** Least version whose subscriptions can filter by origin, so that both directions can stand at once. */
const LEAST_VERSION = 160_000;

interface ServerRow {
  version: string;
  wal_level: string;
  large_objects: string;
  prepared: string;
  workers: number;
  subscriptions: number;
}

const SERVER = `
SELECT current_setting('server_version_num') AS version, current_setting('wal_level') AS wal_level,
       (SELECT count(*) FROM pg_largeobject_metadata) AS large_objects,
       (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()) AS prepared,
       least(current_setting('max_logical_replication_workers')::integer,
             coalesce(current_setting('max_active_replication_origins', true),
                      current_setting('max_replication_slots'))::integer) AS workers,
       (SELECT count(*) FROM pg_subscription
         WHERE subenabled AND NOT (subname LIKE 'relocate%'
           AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())))::integer AS subscriptions`;

/** Rights over a role are asked with its admin option: without it the fence could not turn it read-only. */
const ROLES = `
SELECT role, r.oid IS NOT NULL AS exists, coalesce(r.rolsuper, false) AS is_super,
       coalesce(pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION'), false)
         OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_ours
  FROM unnest($1::text[]) role LEFT JOIN pg_roles r ON r.rolname = role`;

/** What keeps two databases from being put into replication, each finding with its fix. Changes nothing. */
export async function startFindings(
  pair: DatabasePair,
  on: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<string[]> {
  const roles = [...pair.applicationRoles];
  const sides = ["source", "target"] as const;
  const [standing, tables, sequences, perSide, logins] = await Promise.all([
    readStanding(on, signal),
    bySide((side) => readTables(on[side], roles, signal)),
    bySide((side) => readSequences(on[side], signal)),
    Promise.all(sides.map((side) => serverFindings(side, on[side], roles, signal))),
    Promise.all(roles.map((role) => canLogIn(pair, "source", role, signal))),
  ]);
  const interrupted = standingFindings(standing);
  return [
    ...interrupted,
    ...perSide.flat(),
    ...logins.flatMap((refusal) =>
      refusal === undefined ? [] : [`the application cannot log in to the source: ${refusal}`],
    ),
    ...sides.flatMap((side) => tables[side].flatMap((table) => tableFindings(side, table))),
    ...twinFindings({ tables, sequences }),
    ...(interrupted.length > 0 ? [] : await filledTables(on.target, tables.target, signal)),
  ];
}

/** Both sides at once. */
async function bySide<T>(ask: (side: Side) => Promise<T>): Promise<Record<Side, T>> {
  const [source, target] = await Promise.all([ask("source"), ask("target")]);
  return { source, target };
}

async function serverFindings(
  side: Side,
  session: Session,
  roles: string[],
  signal: AbortSignal,
): Promise<string[]> {
  const findings = [
    ...(await rightsFindings(side, session, roles, signal)),
    ...(await feedFindings(side, session, signal)),
  ];
  const [server] = await session.query<ServerRow>(signal, SERVER);
  if (server && Number(server.version) < LEAST_VERSION) {
    findings.push(`the ${side} is of version ${server.version}: PostgreSQL 16 or later is needed`);
  }
  if (server && server.wal_level !== "logical") {
    findings.push(
      `the ${side} has wal_level ${server.wal_level}, logical is needed: set rds.logical_replication = 1 and reboot`,
    );
  }
  if (server && server.large_objects !== "0") {
    findings.push(
      `the ${side} holds ${server.large_objects} large objects, which are not replicated: move them to bytea or a bucket`,
    );
  }
  if (server && server.prepared !== "0") {
    findings.push(
      `the ${side} holds ${server.prepared} prepared transactions: COMMIT PREPARED or ROLLBACK PREPARED them (pg_prepared_xacts)`,
    );
  }
  // One applies and one copies; without a free one the copy would wait for ever, and say nothing.
  if (server && server.subscriptions + 2 > server.workers) {
    const needed = server.subscriptions + 2;
    findings.push(
      `the ${side} has ${server.subscriptions} other subscriptions, and place for ${server.workers}: set ` +
        `max_logical_replication_workers, max_replication_slots and max_active_replication_origins to ${needed} or more and restart`,
    );
  }
  const states = await session.query<{ role: string; exists: boolean; is_super: boolean; is_ours: boolean }>(
    signal,
    ROLES,
    [roles],
  );
  for (const { role, exists, is_super, is_ours } of states) {
    if (!exists && side === "source") findings.push(`role ${role} is missing on the source`);
    if (is_super)
      findings.push(
        `role ${role} is a superuser on the ${side}: no gate can stop it; give it its own rights only`,
      );
    if (exists && !is_super && !is_ours) {
      findings.push(
        `the operator has no rights over role ${role} on the ${side}: GRANT ${role} TO <operator> WITH ADMIN OPTION`,
      );
    }
  }
  return findings;
}

function tableFindings(side: Side, table: Table): string[] {
  const findings: string[] = [];
  if (!table.isOurs) {
    findings.push(
      `table ${table.quoted} on the ${side} belongs to another role: GRANT its owner TO the operator WITH INHERIT TRUE, SET TRUE`,
    );
  }
  if (table.hidesRows) {
    findings.push(
      `table ${table.quoted} on the ${side} forces row security upon its owner, so rows would be left out: ` +
        `ALTER TABLE ${table.quoted} NO FORCE ROW LEVEL SECURITY, or give the operator BYPASSRLS`,
    );
  }
  for (const trigger of table.replicaTriggers) {
    findings.push(
      `trigger ${trigger} of table ${table.quoted} on the ${side} fires for replicated rows too, so what it does would be done twice: ` +
        `ALTER TABLE ${table.quoted} ENABLE TRIGGER ${trigger}`,
    );
  }
  if (table.isUnlogged) {
    findings.push(
      `table ${table.quoted} on the ${side} is unlogged, so it is not replicated: ALTER TABLE ${table.quoted} SET LOGGED`,
    );
  }
  if (!table.hasIdentity) {
    findings.push(
      `table ${table.quoted} on the ${side} has no primary key, or a deferrable one: once it is published, UPDATE and DELETE would fail. ` +
        `Add one that is not, or ALTER TABLE ${table.quoted} REPLICA IDENTITY FULL`,
    );
  }
  return findings;
}

const SUBSCRIBED =
  "SELECT FROM pg_subscription WHERE subname = 'relocate_to_target' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";

/** The initial copy adds to what is there: a table that is not empty would end with rows doubled, or stop the copy. */
export async function filledTables(
  target: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<string[]> {
  if ((await target.query(signal, SUBSCRIBED)).length > 0) return [];
  // One that is not ours has its finding already, and could not be read.
  const plain = tables.filter((table) => !table.isPartitioned && table.isOurs);
  if (plain.length === 0) return [];
  const union = plain
    .map(({ quoted }, index) => `(SELECT ${index} AS index FROM ${quoted} LIMIT 1)`)
    .join(" UNION ALL ");
  const filled = await target.query<{ index: number }>(signal, union);
  return filled.map(({ index }) => {
    const quoted = plain[index]?.quoted;
    return `table ${quoted} on the target is not empty: the copy would add to it. TRUNCATE ${quoted} on the target`;
  });
}
