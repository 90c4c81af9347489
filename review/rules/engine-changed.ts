import { changedObjects, type Rule } from "../rule";
import { text } from "../value";

/** A database's major version changes on its own day, not during a move. */
export const engineChanged: Rule = {
  id: "engine-changed",
  severity: "warns",
  title: "No database engine changes its major version during a move",
  why: "The upgrade restarts the database for minutes, drops logical replication slots, and with them the way back.",
  fix: "Upgrade before the relocation, or let the target be of the newer version from the start.",
  find: (plans) =>
    changedObjects(plans)
      .filter(({ kind, unknown }) => kind === "update" && unknown.engine_version !== true)
      .flatMap((object) => {
        const [before, after] = [text(object.before.engine_version), text(object.after.engine_version)];
        if (before === "" || after === "" || major(before) === major(after)) return [];
        return [{ object, found: `engine_version goes from ${before} to ${after}` }];
      }),
};

/** PostgreSQL counts by the first number, MySQL and the caches before version 8 by the first two. */
const major = (version: string): string =>
  version
    .split(".")
    .slice(0, /^[0-7]\./.test(version) ? 2 : 1)
    .join(".");
