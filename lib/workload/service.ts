/** What every kind of container has, on ECS Fargate. */
interface Container {
  /** Container image, pulled in both regions: a reference, or the name of a registry of the workload with a tag. */
  readonly image: string | RegistryImage;
  /** CPU units, 1024 a core. @default 512 */
  readonly cpu?: number;
  /** MiB. @default 1024 */
  readonly memory?: number;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** Further environment variables. No secrets: a task definition is read by many. @default - none */
  readonly environment?: { readonly [name: string]: string };
  /** Variable to the name of a secret of the workload. @default - none */
  readonly secrets?: { readonly [name: string]: string };
  /** Names of the databases it connects to. @default - none */
  readonly databases?: readonly string[];
  /** Names of the caches it connects to. @default - none */
  readonly caches?: readonly string[];
  /** Names of the buckets it uses. @default - none */
  readonly buckets?: readonly string[];
  /** Names of the queues it sends to and receives from. @default - none */
  readonly queues?: readonly string[];
  /** Names of the multi-Region keys it encrypts with. @default - none */
  readonly keys?: readonly string[];
  /** Whether it may send mail from the workload's mail domain. @default false */
  readonly sendsMail?: boolean;
}

/** An image in a registry of the workload: each region pulls it from its own copy. */
export interface RegistryImage {
  /** Name of the registry. */
  readonly registry: string;
  /** Tag, such as `1.0.0`. */
  readonly tag: string;
}

/** Answers HTTP behind the region's load balancer, in both regions at all times. */
export interface WorkloadWeb extends Container {
  /** @default "web" */
  readonly kind?: "web";
  readonly port: number;
  /** Path that answers 200 when a task can serve. */
  readonly healthCheckPath: string;
  /** Tasks on the active side, at least; autoscaling adds more. */
  readonly tasks: number;
  /** Tasks on the standby side. It gets requests while the edge converges. @default - as many as `tasks` */
  readonly standbyTasks?: number;
  /**
   * Path patterns it answers, such as `/api/*`.
   *
   * @default - whatever no other web service answers: exactly one leaves this out
   */
  readonly paths?: readonly string[];
}

/** Works in the background, on the active side only: two sides must not do one job twice (B6). */
export interface WorkloadWorker extends Container {
  readonly kind: "worker";
  /** Tasks on the active side, at least. */
  readonly tasks: number;
  /** The most that autoscaling starts on the active side. @default - as many as `tasks` */
  readonly maxTasks?: number;
}

/** Runs to its end when a schedule or a person starts it. */
export interface WorkloadOneOff extends Container {
  readonly kind: "one-off";
}

/** A container of the workload. */
export type WorkloadService = WorkloadWeb | WorkloadWorker | WorkloadOneOff;
