import type { NetworkImportIds } from "../lib/regional/network";
import type { ByName } from "../lib/workload/workload";

/**
 * Ids of what exists in a region and is managed by the standby stack from now on, by the workload's names.
 *
 * The next plan shows each as an import, with whatever differs from the module's own settings: read it before applying.
 * An engine, name or network that differs would replace what is adopted; databases and caches refuse that plan.
 */
export interface AdoptedModules {
  /** The VPC and what stands in it. @default - a new network */
  readonly network?: NetworkImportIds;
  /** RDS identifiers of instances or clusters. @default - none */
  readonly databases?: ByName<string>;
  /** Replication group ids. @default - none */
  readonly caches?: ByName<string>;
  /** Bucket names. @default - none */
  readonly buckets?: ByName<string>;
  /** Queue URLs. @default - none */
  readonly queues?: ByName<string>;
  /** Repository names. @default - none */
  readonly registries?: ByName<string>;
  /** Secret ARNs. @default - none */
  readonly secrets?: ByName<string>;
  /** `<cluster>/<service>` of web services and workers. @default - none */
  readonly services?: ByName<string>;
  /** `<group>/<name>`; imported by the cutover stack, which gates them. @default - none */
  readonly schedules?: ByName<string>;
}
