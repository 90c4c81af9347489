import type { PgbouncerProgram } from "./program";

/** Settings with the version that brought them (PgBouncer's changelog): an older one refuses to start with them. */
const SINCE: Readonly<Record<string, readonly [number, number]>> = {
  max_prepared_statements: [1, 21],
};

/** PgBouncer's settings on this machine, and what had to change for that. */
export interface LocalSettings {
  readonly text: string;
  /** Settings that were not taken over, each with the reason. */
  readonly leftOut: readonly string[];
}

/**
 * The settings of a task definition as they work on this machine: on loopback, at a free port, and with the writer's
 * authority verified but not its name, since the way to it leads over this machine.
 *
 * @param text of `pgbouncer.ini`, with paths of this machine
 */
export function settingsHere(text: string, port: number, { version }: PgbouncerProgram): LocalSettings {
  const local: Readonly<Record<string, string>> = {
    listen_addr: "127.0.0.1",
    listen_port: String(port),
    server_tls_sslmode: "verify-ca",
  };
  const leftOut: string[] = [];
  const lines = text.split("\n").flatMap((line) => {
    const name = /^(\w+) = /.exec(line)?.[1] ?? "";
    const since = SINCE[name];
    if (since && isOlder(version, since)) {
      leftOut.push(`${name}: PgBouncer ${version.join(".")} does not know it, ${since.join(".")} does`);
      return [];
    }
    return name in local ? [`${name} = ${local[name]}`] : [line];
  });
  return { text: lines.join("\n"), leftOut };
}

const isOlder = ([major, minor]: readonly [number, number], [since, then]: readonly [number, number]) =>
  major < since || (major === since && minor < then);
