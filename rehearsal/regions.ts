import type { ClientConfig } from "pg";
import type { CertificateAuthority } from "./certificates";
import type { Cluster } from "./clusters";
import type { Network } from "./network";
import type { Place } from "./place";
import type { Reaper } from "./reaper";
import type { Secrets } from "./secrets";
import type { Service, TaskCommand } from "./services";
import type { States } from "./state";

export interface RegionsOptions {
  /** Applied state of the phase stacks, by stack name. */
  readonly states: States;
  /** The run's directory: data, logs, certificates. The reaper removes it. */
  readonly directory: string;
  readonly reaper: Reaper;
  /** Latency between two regions, one way, in milliseconds. @default 45 */
  readonly latencyMs?: number;
  /** What runs in place of the containers' images. @default - the sample storefront */
  readonly command?: TaskCommand;
  readonly signal: AbortSignal;
  /** Told of things worth a line: a task that died, a setting that was not taken over. */
  onNotice?(line: string): void;
}

/** The local twins of everything regional in the applied stacks. */
export interface Regions {
  readonly network: Network;
  /** One per `aws_db_instance`. */
  readonly clusters: readonly Cluster[];
  readonly secrets: Secrets;
  /** One per `aws_ecs_service`. */
  readonly services: readonly Service[];
  readonly ca: CertificateAuthority;
  /** Connection of the operator role (master user) to a database, by its RDS host name, from a place. */
  operator(host: string, databaseName: string, from: Place): Promise<ClientConfig>;
  /** libpq connection string by which the server `subscriber` (RDS host name) reaches the server `host`. Holds a password. */
  conninfo(host: string, databaseName: string, subscriber: string): Promise<string>;
  /** Waits until every service has as many healthy tasks as it wants. */
  healthy(signal: AbortSignal): Promise<void>;
  /** Ends everything, tasks before databases. Safe to call twice. */
  stop(): Promise<void>;
}

export declare function startRegions(options: RegionsOptions): Promise<Regions>;
