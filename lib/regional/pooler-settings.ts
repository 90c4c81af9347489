/** PgBouncer's own port: the applications' and the runbook's. */
export const POOLER_PORT = 6432;

/** User of PgBouncer's console, who pauses, reloads and resumes. */
export const POOLER_ADMINISTRATOR = "relocate";

/** Host name and port that a pooler of this name answers on, in the network it stands in; known before it is made. */
export const poolerAddress = (name: string) => ({ host: `pgbouncer.${name}.internal`, port: POOLER_PORT });

/** Folders of a task that PgBouncer reads. */
export interface PoolerFolders {
  /** What the sidecar writes: `writer.ini` and `ca.pem`. */
  readonly staged: string;
  /** What PgBouncer's own container writes: `users.txt`, `key.pem` and `certificate.pem`. */
  readonly own: string;
}

/**
 * The text of `pgbouncer.ini`, for PgBouncer 1.21 or newer.
 *
 * Source of each setting's meaning: PgBouncer's manual, "Configuration".
 *
 * @param poolSize connections to the writer, at most
 */
export function poolerSettings({ staged, own }: PoolerFolders, poolSize: number): string {
  const settings = {
    listen_addr: "0.0.0.0",
    listen_port: POOLER_PORT,
    unix_socket_dir: "",
    auth_type: "scram-sha-256",
    auth_file: `${own}/users.txt`,
    admin_users: POOLER_ADMINISTRATOR,
    pool_mode: "transaction",
    // Drivers prepare statements by name; below this number PgBouncer prepares them again wherever they are needed.
    max_prepared_statements: 200,
    default_pool_size: poolSize,
    max_client_conn: 5000,
    // Seconds a statement waits in a pause before its client is sent away: a promotion takes minutes.
    query_wait_timeout: 600,
    // Seconds between tries to log in at the writer: at the switch a refusal must not be remembered for long.
    server_login_retry: 1,
    server_connect_timeout: 5,
    // Sent by JDBC at every connect.
    ignore_startup_parameters: "extra_float_digits",
    client_tls_sslmode: "require",
    client_tls_key_file: `${own}/key.pem`,
    client_tls_cert_file: `${own}/certificate.pem`,
    server_tls_sslmode: "verify-full",
    server_tls_ca_file: `${staged}/ca.pem`,
    log_connections: 0,
    log_disconnections: 0,
  };
  return [
    `%include ${staged}/writer.ini`,
    "[pgbouncer]",
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    "",
  ].join("\n");
}
