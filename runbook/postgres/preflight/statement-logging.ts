import { SIDES } from "../../side";
import type { Kind, Sighting } from "./kind";
import { onEachSide, superuserOf } from "./survey";

/** As the operator's own sessions have them; an extension that is not loaded has none. */
const SETTINGS = `
SELECT coalesce(current_setting('pgaudit.log', true), '') AS audited,
       coalesce(current_setting('pg_stat_statements.track', true), '') AS tracked`;

/**
 * The server itself does not log what functions run, so a subscription's password stays out of its log whatever
 * `log_statement` says (see `concealed.ts`). These extensions do keep it, when they are told to: pgAudit for statements of
 * the classes `ddl` and `function` (https://github.com/pgaudit/pgaudit#settings), and pg_stat_statements in the file of its
 * texts (https://www.postgresql.org/docs/current/pgstatstatements.html).
 */
export const statementLogging: Kind = {
  id: "statement-logging",
  title: "No server's log gets to know a password",
  find: ({ on, server, signal }) =>
    onEachSide(SIDES, async (side) => {
      const [row] = await on[side].query<{ audited: string; tracked: string }>(signal, SETTINGS);
      const finding = (name: string, value: string, harmless: string): Sighting => ({
        severity: "warns",
        side,
        found: `the ${side} keeps the text of statements that functions run (${name} is ${value}), the subscription's with its password among them`,
        expected: "none of the operator's",
        fix: {
          sql: `ALTER ROLE ${server[side].operator} SET ${name} = '${harmless}'`,
          on: side,
          by: superuserOf(server[side]),
        },
      });
      const { audited = "", tracked = "" } = row ?? {};
      return [
        ...(isAudited(audited) ? [finding("pgaudit.log", audited, "none")] : []),
        ...(tracked === "all" ? [finding("pg_stat_statements.track", tracked, "top")] : []),
      ];
    }),
};

/** Classes are taken in their order, and one with a minus is taken away. */
function isAudited(setting: string): boolean {
  const classes = setting.split(",").map((one) => one.trim().toLowerCase());
  return ["ddl", "function"].some(
    (kind) =>
      Math.max(classes.lastIndexOf("all"), classes.lastIndexOf(kind)) > classes.lastIndexOf(`-${kind}`) &&
      !classes.includes("none"),
  );
}
