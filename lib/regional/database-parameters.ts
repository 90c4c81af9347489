import type { DatabaseEngine } from "../workload/database";
import { ENGINES, parameterFamily } from "./database-engine";

/** One setting of a parameter group. */
interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "pending-reboot";
}

type Settings = Readonly<Record<string, string>>;

/** What logical replication both ways needs of PostgreSQL. */
const POSTGRES: Settings = {
  // Sets wal_level to logical. Source: RDS user guide, "Performing logical replication for Amazon RDS for PostgreSQL".
  "rds.logical_replication": "1",
  // Passwords and rows never cross a region in the clear.
  "rds.force_ssl": "1",
  // One slot for the other side, a temporary one for each table that is copied at a time, and room for read replicas.
  max_replication_slots: "20",
  max_wal_senders: "25",
  // Apply workers, table copies and parallel queries draw on max_worker_processes together.
  max_logical_replication_workers: "12",
  max_sync_workers_per_subscription: "4",
  max_worker_processes: "24",
  // Milliseconds until a dead peer is noticed; the other region is a tenth of a second away.
  wal_sender_timeout: "30000",
  wal_receiver_timeout: "30000",
};

/**
 * What binary log replication both ways needs of MySQL. That a replica logs what it was sent (`log_replica_updates`) is
 * MySQL's default since 8.0, and RDS has no parameter to turn it off.
 *
 * Sources: RDS user guide, "Using GTID-based replication", "Configuring RDS for MySQL binary logging"; MySQL manual,
 * `log_replica_updates`.
 */
const MYSQL: Settings = {
  binlog_format: "ROW",
  binlog_row_image: "full",
  // RDS refuses one of these two without the other.
  "gtid-mode": "ON",
  enforce_gtid_consistency: "ON",
  // Passwords and rows never cross a region in the clear.
  require_secure_transport: "1",
  // Without both, the export of the slow query log stays empty.
  slow_query_log: "1",
  log_output: "FILE",
};

/** Aurora writes an audit log of its own. Source: Aurora user guide, "Using Advanced Auditing". */
const AURORA_MYSQL: Settings = {
  ...MYSQL,
  server_audit_logging: "1",
  server_audit_events: "CONNECT,QUERY_DCL,QUERY_DDL",
};

const AURORA_POSTGRES: Settings = {
  ...POSTGRES,
  log_statement: "ddl",
  // Milliseconds from which a statement is logged with its duration.
  log_min_duration_statement: "1000",
};

const SETTINGS: Readonly<Record<DatabaseEngine, Settings>> = {
  postgres: POSTGRES,
  mysql: MYSQL,
  "aurora-postgresql": AURORA_POSTGRES,
  "aurora-mysql": AURORA_MYSQL,
};

/** What a parameter group is made for. */
export interface ParameterGroupProps {
  /** Name of the database. */
  readonly name: string;
  readonly engineVersion: string;
  /** MySQL only, see `CommonDatabaseProps`. @default - 1 */
  readonly idOffset?: 1 | 2;
}

/** A database's parameter group, of an instance and of a cluster alike. */
export function parameterGroup(
  engine: DatabaseEngine,
  { name, engineVersion, idOffset = 1 }: ParameterGroupProps,
) {
  return {
    // A new major version needs a new group while the old one is still in use, so the name must be free to differ.
    namePrefix: `${name}-`,
    family: parameterFamily(engine, engineVersion),
    description: `Replication both ways for ${name}`,
    parameter: replicationParameters(engine, idOffset),
    lifecycle: { createBeforeDestroy: true },
  };
}

/**
 * The settings of an engine as the parameter group takes them.
 *
 * All are applied at a reboot: a new database has them from its first start, an existing one when its operator reboots
 * it. Mixed methods would show a difference for ever on values that equal the engine's default (AWS provider docs,
 * aws_db_parameter_group, "Problematic Plan Changes").
 *
 * @param idOffset MySQL only: which of two sides this is. One gives odd ids and the other even ones, so that two writers
 * at once could not give the same
 */
function replicationParameters(engine: DatabaseEngine, idOffset: 1 | 2): DatabaseParameter[] {
  const ids: Settings =
    ENGINES[engine].dialect === "mysql"
      ? { auto_increment_increment: "2", auto_increment_offset: String(idOffset) }
      : {};
  return Object.entries({ ...SETTINGS[engine], ...ids }).map(([name, value]) => ({
    name,
    value,
    applyMethod: "pending-reboot",
  }));
}
