/** Where the log of the new writer stood when it had taken over. */
export interface Position {
  /** Number of the switch. */
  readonly epoch: number;
  /** Log position just after the switch, such as `0/1A2B3C8`: all that was brought over is before it. */
  readonly lsn: string;
  /** Timeline of the server's log: it changes when the server fails over, and with it what a position means. */
  readonly timeline: number;
  /** What the other side has confirmed of this side's log: every row written since the switch is after it. @default - there is no way back */
  readonly confirmed?: string;
  /** In milliseconds since the epoch, by the server's clock. */
  readonly at: number;
}
