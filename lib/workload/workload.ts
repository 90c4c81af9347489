import type { WorkloadCache } from "./cache";
import type { WorkloadDatabase } from "./database";
import type { WorkloadEdge } from "./edge";
import type { WorkloadMail } from "./mail";
import type { WorkloadSchedule } from "./schedule";
import type { WorkloadService } from "./service";

/** Things by the name the workload gives them. */
export type ByName<T> = { readonly [name: string]: T };

/**
 * What moves, described without a region.
 *
 * Every name is part of Terraform addresses, so they differ from each other and stay as they are: another name is
 * another thing, and what the old one held goes with it.
 */
export interface Workload {
  /** Such as `storefront`: lower-case letters, digits and single hyphens, 20 characters at most. */
  readonly name: string;
  /** @default - none */
  readonly databases?: ByName<WorkloadDatabase>;
  /** @default - none */
  readonly caches?: ByName<WorkloadCache>;
  /** Names of the buckets. @default - none */
  readonly buckets?: readonly string[];
  /** Names of the queues; each region has its own, and messages do not cross. @default - none */
  readonly queues?: readonly string[];
  /** Names of the container registries. @default - none */
  readonly registries?: readonly string[];
  /** Names of the secrets whose values are written by people; the target has a replica. @default - none */
  readonly secrets?: readonly string[];
  /** Names of multi-Region keys, for ciphertext that moves with the rows it stands in. @default - none */
  readonly keys?: readonly string[];
  readonly services: ByName<WorkloadService>;
  /** @default - none */
  readonly schedules?: ByName<WorkloadSchedule>;
  /** @default - sends no mail */
  readonly mail?: WorkloadMail;
  /** @default - none: nothing of it answers requests from the world, and there is no web service */
  readonly edge?: WorkloadEdge;
}
