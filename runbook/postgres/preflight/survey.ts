import { SIDES, type Side } from "../../side";
import type { DatabasePair } from "../../world";
import { readTables, type Table } from "../catalog";
import type { Session } from "../session";
import type { Sighting } from "./kind";

/** What every kind of finding may look at. */
export interface Survey {
  readonly pair: DatabasePair;
  readonly on: Readonly<Record<Side, Session>>;
  readonly server: Readonly<Record<Side, Server>>;
  readonly tables: Readonly<Record<Side, readonly Table[]>>;
  /** What is about to be done. */
  readonly phase: "start" | "switch";
  /** The side whose rows count. */
  readonly writer: Side;
  /** Age from which a transaction is in the way, in milliseconds. */
  readonly patience: number;
  /** Names, inside the server, of the databases that are relocated from each side's server, this one among them. */
  readonly neighbours: Readonly<Record<Side, readonly string[]>>;
  readonly signal: AbortSignal;
}

/** What a side's server says of itself. */
export interface Server {
  /** As `server_version_num`, such as 180001. */
  readonly version: number;
  /** It follows another server and takes no change of its own: a replica that is not promoted yet. */
  readonly isReplica: boolean;
  /** Managed by RDS: no superuser, and settings through parameter groups. */
  readonly isRds: boolean;
  /** Role that the runbook is logged in as. */
  readonly operator: string;
  /** Roles that are beneath nobody, quoted. */
  readonly superusers: readonly string[];
  /** The database's name, quoted. */
  readonly database: string;
}

const SERVER = `
SELECT current_setting('server_version_num')::integer AS version, pg_is_in_recovery() AS "isReplica",
       EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_superuser') AS "isRds",
       quote_ident(current_user) AS operator, quote_ident(current_database()) AS database,
       (SELECT coalesce(array_agg(quote_ident(rolname)), '{}') FROM pg_roles WHERE rolsuper) AS superusers`;

/** What a survey is told, rather than reads. */
export type SurveyTold = Omit<Survey, "server" | "tables" | "neighbours"> & {
  /** @default - this database alone */
  readonly neighbours?: Survey["neighbours"];
};

/** Reads what most kinds look at, once. */
export async function readSurvey(told: SurveyTold): Promise<Survey> {
  const { pair, on, signal } = told;
  const roles = [...pair.applicationRoles];
  const alone = [pair.databaseName];
  const [server, tables] = await Promise.all([
    bySide(async (side) => {
      const [row] = await on[side].query<{ [K in keyof Server]: Server[K] }>(signal, SERVER);
      if (!row) throw new Error(`the ${side} does not say what it is`);
      return row;
    }),
    bySide((side) => readTables(on[side], roles, signal)),
  ]);
  return { neighbours: { source: alone, target: alone }, ...told, server, tables };
}

/** Asks both sides at once. */
export async function bySide<T>(ask: (side: Side) => Promise<T>): Promise<Record<Side, T>> {
  const [source, target] = await Promise.all([ask("source"), ask("target")]);
  return { source, target };
}

/** Looks at several sides at once. */
export async function onEachSide(
  sides: readonly Side[],
  look: (side: Side) => Promise<readonly Sighting[]>,
): Promise<readonly Sighting[]> {
  return (await Promise.all(sides.map(look))).flat();
}

/** Sides whose catalog is their own: what a replica has is its source's, and is told and mended there. */
export const changeable = (server: Survey["server"]): readonly Side[] =>
  SIDES.filter((side) => !server[side].isReplica);

/** Who may do what the operator may not, as that server calls it. */
export const superuserOf = ({ isRds }: Server): string => (isRds ? "rds_superuser" : "a superuser");
