import type { Side } from "../side";
import type { DatabaseState } from "./instance";

/**
 * What would make a switch through one instance fail. Pure.
 *
 * @param asked what it said of the database, or why it said nothing
 */
export function poolerFindings(
  instance: string,
  databaseName: string,
  writers: Readonly<Record<Side, { readonly host: string; readonly port: number }>>,
  asked: PromiseSettledResult<DatabaseState & { readonly side?: Side }>,
): string[] {
  const pooler = `pooler ${instance}`;
  if (asked.status === "rejected") {
    return [
      `${pooler}: ${(asked.reason as Error).message}: it must answer, or be gone, before statements can be held`,
    ];
  }
  const { side, host, port, poolMode } = asked.value;
  const findings: string[] = [];
  if (side === undefined) {
    const known = Object.values(writers).map((writer) => `${writer.host}:${writer.port}`);
    findings.push(
      `${pooler}: database ${databaseName} is at ${host}:${port}, expected ${known.join(" or ")}`,
    );
  }
  // PAUSE waits for every client to leave in session mode, and for every statement only in statement mode.
  if (poolMode === "session") {
    findings.push(
      `${pooler}: database ${databaseName} has pool_mode session, in which a pause waits for every client to leave: ` +
        "set pool_mode = transaction, or have applications find the writer by a host list",
    );
  }
  return findings;
}
