import type { ClientConfig } from "pg";
import { SIDES, type Side } from "../../side";
import type { DatabasePair } from "../../world";
import { connect, type Session } from "../session";
import { readStanding } from "../standing";
import { check, type Check } from "./check";
import { START_KINDS, SWITCH_KINDS } from "./kinds";
import { bySide, readSurvey, type Survey } from "./survey";

/** Age from which a transaction is told, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Looks at every database of a workload in every way at once, and says of each way what it found: before a start, what
 * the start needs; once replication stands, what the next switch needs as well.
 *
 * Changes nothing: its sessions are read-only, but for the connection that each server is asked to try to the other,
 * which is rolled back. A side that cannot be reached is a finding.
 *
 * Cost: about 60 statements that read catalogs and statistics, and at most one row of each table of the target.
 */
export async function preflight(databases: readonly DatabasePair[], signal: AbortSignal): Promise<Check[]> {
  const neighbours = await neighboursOf(databases);
  const checks = await Promise.all(databases.map((pair) => preflightOne(pair, neighbours, signal)));
  return checks.flat();
}

async function preflightOne(
  pair: DatabasePair,
  neighboursOn: (pair: DatabasePair) => Survey["neighbours"],
  signal: AbortSignal,
): Promise<Check[]> {
  const opened = await Promise.allSettled(
    SIDES.map(async (side) => {
      const session = await connect(await pair.operator(side), signal);
      await session.query(signal, "SET default_transaction_read_only = on");
      return session;
    }),
  );
  try {
    const refused = opened.flatMap((opening, index) =>
      opening.status === "rejected"
        ? [[SIDES[index] as Side, (opening.reason as Error).message] as const]
        : [],
    );
    const reached: Check = {
      database: pair.name,
      id: "reachable",
      title: "The operator can log in to both sides",
      findings: refused.map(([side, why]) => ({
        id: "reachable",
        database: pair.name,
        severity: "blocks",
        side,
        found: `the operator cannot log in to the ${side}: ${why}`,
        expected: "a login within 5 s from where this command runs",
        fix: { action: "run it where the network is, with the operator's present secret" },
      })),
    };
    const [source, target] = opened.map((opening) =>
      opening.status === "fulfilled" ? opening.value : undefined,
    );
    if (!source || !target) return [reached];
    return [reached, ...(await look(pair, { source, target }, neighboursOn(pair), signal))];
  } finally {
    await Promise.all(
      opened.flatMap((opening) => (opening.status === "fulfilled" ? [opening.value.close()] : [])),
    );
  }
}

async function look(
  pair: DatabasePair,
  on: Readonly<Record<Side, Session>>,
  neighbours: Survey["neighbours"],
  signal: AbortSignal,
): Promise<Check[]> {
  const { writer = "source", isInService } = await readStanding(on, signal);
  const told = { pair, on, writer, patience: PATIENCE, neighbours, signal };
  const survey = await readSurvey({ ...told, phase: isInService ? "switch" : "start" });
  const kinds = isInService ? new Set([...START_KINDS, ...SWITCH_KINDS]) : START_KINDS;
  return check([...kinds], survey);
}

/** Databases of one server share its slots and workers. */
async function neighboursOf(
  databases: readonly DatabasePair[],
): Promise<(pair: DatabasePair) => Survey["neighbours"]> {
  const addresses = new Map(
    await Promise.all(
      databases.map(
        async (pair) => [pair, await bySide(async (side) => addressOf(await pair.operator(side)))] as const,
      ),
    ),
  );
  const sharing = (pair: DatabasePair, side: Side): string[] =>
    databases
      .filter((other) => addresses.get(other)?.[side] === addresses.get(pair)?.[side])
      .map(({ databaseName }) => databaseName);
  return (pair) => ({ source: sharing(pair, "source"), target: sharing(pair, "target") });
}

const addressOf = ({ host, port }: ClientConfig): string => `${host}:${port}`;
