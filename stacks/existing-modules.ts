import type { IBucket } from "../lib/regional/bucket";
import type { ICache } from "../lib/regional/cache";
import type { IDatabase } from "../lib/regional/database";
import type { IKey } from "../lib/regional/key";
import type { ILoadBalancer } from "../lib/regional/load-balancer";
import type { IMailIdentity } from "../lib/regional/mail-identity";
import type { INetwork } from "../lib/regional/network";
import type { IOneOff } from "../lib/regional/one-off";
import type { IPooler } from "../lib/regional/pooler";
import type { IQueue } from "../lib/regional/queue";
import type { IRegistry } from "../lib/regional/registry";
import type { ISchedule } from "../lib/regional/schedule";
import type { ISecret } from "../lib/regional/secret";
import type { IService } from "../lib/regional/ecs-service";
import type { RegionScope } from "../lib/scope/region-scope";
import type { ByName } from "../lib/workload/workload";

/** What of a region is managed elsewhere, by the workload's names. What is left out is made and managed here. */
export interface ExistingModules {
  readonly network?: INetwork;
  readonly databases?: ByName<IDatabase>;
  /** ARNs, in this region, of the secrets whose whole text is the application role's password, by database. */
  readonly credentials?: ByName<string>;
  readonly caches?: ByName<ICache>;
  readonly buckets?: ByName<IBucket>;
  readonly queues?: ByName<IQueue>;
  readonly registries?: ByName<IRegistry>;
  readonly secrets?: ByName<ISecret>;
  readonly keys?: ByName<IKey>;
  /** Its listener's certificate must carry `<region>.origin.<public name>`, which CloudFront calls it by. */
  readonly loadBalancer?: ILoadBalancer;
  /** Web services and workers. Whoever manages a worker stops and starts it: no gate is made for it. */
  readonly services?: ByName<IService>;
  /**
   * Poolers of databases with writer discovery `pooler`, by database: see `Pooler.fromExisting`. The cutover stack makes
   * their `writerParameter`; whoever manages the secret `adminSecretArn` must not keep the runbook's role from reading it.
   */
  readonly poolers?: ByName<IPooler>;
  /** No schedule is made for a one-off that is managed elsewhere. */
  readonly oneOffs?: ByName<IOneOff>;
  /** No schedule is made for these either; the runbook is told of them, to turn them off with the others. */
  readonly schedules?: ByName<ISchedule>;
  readonly mail?: IMailIdentity;
}

/**
 * Describes what of a region is managed elsewhere.
 *
 * @param scope the region's scope in the standby stack, to read by data source in
 */
export type DescribeExisting = (scope: RegionScope) => ExistingModules;
