/** One setting of a parameter group. */
interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "pending-reboot";
}

/**
 * What logical replication both ways needs of a PostgreSQL instance.
 *
 * All are applied at a reboot: a new instance has them from its first start, an existing one when its operator reboots
 * it. Mixed methods would show a difference for ever on values that equal the engine's default (AWS provider docs,
 * aws_db_parameter_group, "Problematic Plan Changes").
 */
const SETTINGS: Readonly<Record<string, string>> = {
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

/** The settings as the parameter group takes them. */
export function replicationParameters(): DatabaseParameter[] {
  return Object.entries(SETTINGS).map(([name, value]) => ({ name, value, applyMethod: "pending-reboot" }));
}
