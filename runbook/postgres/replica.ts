import { setTimeout as pause } from "node:timers/promises";
import type { ClientConfig } from "pg";
import { connect, type Session } from "./session";

/** Whether the server is a physical replica that still follows, so that nothing can be written to it. */
export async function isReplica(session: Session, signal: AbortSignal): Promise<boolean> {
  const [row] = await session.query<{ follows: boolean }>(signal, "SELECT pg_is_in_recovery() AS follows");
  return row?.follows ?? false;
}

/** Between two looks at a server that restarts, in milliseconds. */
const PAUSE = 100;

/** Waits until a server that is being promoted is a primary. It may restart meanwhile, as it does on RDS. */
export async function awaitPrimary(reach: () => Promise<Session>, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [asked] = await Promise.allSettled([reach().then((session) => isReplica(session, signal))]);
    if (asked.status === "fulfilled" && !asked.value) return;
    await pause(PAUSE, undefined, { signal });
  }
}

/** Which cluster a server is, and on which of its timelines it writes. */
export interface Lineage {
  /** Made by initdb; a physical copy has the same. */
  readonly system: string;
  readonly timeline: number;
  /** Where each earlier timeline was left: the position (LSN) up to which this server has everything of it. */
  readonly left: ReadonlyMap<number, string>;
}

/**
 * Asks a server where it comes from. What it says outlasts restarts, unlike `pg_last_wal_replay_lsn()`. Needs the
 * attribute REPLICATION (on RDS the role rds_replication): the replication protocol alone tells it
 * (https://www.postgresql.org/docs/current/protocol-replication.html, IDENTIFY_SYSTEM and TIMELINE_HISTORY).
 *
 * @param login of the operator to the database
 */
export async function lineageOf(login: ClientConfig, signal: AbortSignal): Promise<Lineage> {
  const replication = { ...login, replication: "database" };
  const session = await connect(replication, signal);
  try {
    const [found] = await session.query<{ systemid: string; timeline: string }>(signal, "IDENTIFY_SYSTEM");
    if (!found) throw new Error("the server does not say which it is");
    const timeline = Number(found.timeline);
    // The first timeline has no history.
    const history = timeline > 1 ? await session.query(signal, `TIMELINE_HISTORY ${timeline}`) : [];
    return { system: found.systemid, timeline, left: parseHistory(String(history[0]?.content ?? "")) };
  } finally {
    await session.close();
  }
}

/** Lines such as `1	0/3018728	no recovery target specified`. */
function parseHistory(content: string): Map<number, string> {
  const lines = [...content.matchAll(/^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/gm)];
  return new Map(lines.map(([, timeline, position]) => [Number(timeline), position as string]));
}
