import { monitorEventLoopDelay } from "node:perf_hooks";

/** How long this process, which carries edge, load balancers and the network, was kept from its work at a time. */
export interface Delay {
  /** In 99 of 100 samples no longer, in milliseconds. */
  readonly p99: number;
  /** In milliseconds. */
  readonly longest: number;
}

/** Above these the machine, not the move, decides what visitors feel; in milliseconds. Undisturbed on two cores: 13 and 57. */
const TOO_LONG: Delay = { p99: 250, longest: 2_000 };

/** Begins to measure; the result ends the measurement. */
export function measureDelay(): () => Delay {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e6);
  histogram.enable();
  return () => {
    histogram.disable();
    return { p99: milliseconds(histogram.percentile(99)), longest: milliseconds(histogram.max) };
  };
}

/** What to say first when something went wrong on a machine that could not keep up; undefined when it could. */
export function overload({ p99, longest }: Delay): string | undefined {
  if (p99 <= TOO_LONG.p99 && longest <= TOO_LONG.longest) return undefined;
  return (
    `this machine could not keep up: work stood still for up to ${longest} ms at a time (p99 ${p99} ms), which alone can ` +
    "explain failed requests. End other programs, or rehearse with a lower --rate"
  );
}
