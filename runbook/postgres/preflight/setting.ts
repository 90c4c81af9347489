import type { Side } from "../../side";
import type { Fix } from "./finding";
import type { Server } from "./survey";

/**
 * Changes a setting that takes effect at a restart. RDS has no ALTER SYSTEM: there it is a parameter group's
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html).
 *
 * @param settings by name; on RDS `wal_level` follows from `rds.logical_replication`
 */
export function settingFix(side: Side, server: Server, settings: Readonly<Record<string, string>>): Fix {
  const entries = Object.entries(settings);
  if (server.isRds) {
    const list = entries.map(([name, value]) =>
      name === "wal_level" ? "rds.logical_replication = 1" : `${name} = ${value}`,
    );
    return { action: `set ${list.join(", ")} in the parameter group of the ${side}, and reboot it` };
  }
  return {
    sql: entries.map(([name, value]) => `ALTER SYSTEM SET ${name} = '${value}';`).join("\n"),
    on: side,
    by: "a superuser",
    then: "restart the server",
  };
}
