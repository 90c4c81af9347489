/** Starts a one-off service at set times, on the active side only. */
export interface WorkloadSchedule {
  /** Name of a `one-off` service. */
  readonly service: string;
  /** As EventBridge Scheduler writes it: `cron(0 3 * * ? *)` or `rate(5 minutes)`. */
  readonly expression: string;
  /** IANA name, such as `Europe/Dublin`. @default "UTC" */
  readonly timezone?: string;
}
