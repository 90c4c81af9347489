import { availableParallelism, loadavg } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** How this machine kept up with everything that runs in a rehearsal. */
export interface Delay {
  /**
   * How long this process, which carries edge, load balancers and the network, was kept from its work at a time: in 99 of
   * 100 samples no longer, in milliseconds.
   */
  readonly p99: number;
  /** In milliseconds. */
  readonly longest: number;
  /** Processes that wanted each core at the same time, over a minute; 0 where the system does not tell. */
  readonly busy: number;
}

/**
 * Above these the machine, not the move, decides what visitors feel. Undisturbed on two cores: 13 ms, 57 ms and less than
 * two processes.
 */
const TOO_MUCH: Delay = { p99: 250, longest: 2_000, busy: 4 };
/** The load average changes slowly; in milliseconds. */
const LOOK = 5_000;

/** Begins to measure; the result ends the measurement. */
export function measureDelay(): () => Delay {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e6);
  let busy = 0;
  const look = () => {
    const [load = 0] = loadavg();
    busy = Math.max(busy, Math.round((10 * load) / availableParallelism()) / 10);
  };
  const timer = setInterval(look, LOOK);
  look();
  histogram.enable();
  return () => {
    histogram.disable();
    clearInterval(timer);
    look();
    return { p99: milliseconds(histogram.percentile(99)), longest: milliseconds(histogram.max), busy };
  };
}

/** What to say first when something went wrong on a machine that could not keep up; undefined when it could. */
export function overload({ p99, longest, busy }: Delay): string | undefined {
  const stood = p99 > TOO_MUCH.p99 || longest > TOO_MUCH.longest;
  if (!stood && busy <= TOO_MUCH.busy) return undefined;
  const found = [
    ...(stood ? [`work stood still for up to ${longest} ms at a time (p99 ${p99} ms)`] : []),
    ...(busy > TOO_MUCH.busy ? [`${busy} processes wanted each core at once`] : []),
  ];
  return (
    `this machine could not keep up: ${found.join(", ")}, which alone can explain failed requests. ` +
    "End other programs, or rehearse with a lower --rate"
  );
}
