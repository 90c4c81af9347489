import type { Session } from "../session";
import type { Kind, Sighting } from "./kind";
import { bySide } from "./survey";

/** What a server's clock said, and when, by ours. In milliseconds since the epoch. */
export interface ClockReading {
  readonly asked: number;
  readonly server: number;
  readonly answered: number;
}

/** Difference that is told, in milliseconds: servers that follow a time source are within a few. */
const MOST = 500;
/** Of several readings the quickest is the most exact. */
const READINGS = 3;

/** Rows that carry `now()` go backwards in time after a switch to a clock that is behind. */
export const clockSkew: Kind = {
  id: "clock-skew",
  title: "Both servers have the same time",
  async find({ on, signal }) {
    const { source, target } = await bySide((side) => readClock(on[side], signal));
    return skewFindings(source, target);
  },
};

async function readClock(session: Session, signal: AbortSignal): Promise<ClockReading> {
  let best: ClockReading | undefined;
  for (let times = 0; times < READINGS; times++) {
    const asked = Date.now();
    const [row] = await session.query<{ now: number }>(
      signal,
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now",
    );
    const reading = { asked, server: row?.now ?? Number.NaN, answered: Date.now() };
    if (!best || reading.answered - asked < best.answered - best.asked) best = reading;
  }
  return best as ClockReading;
}

/** What two readings tell: each server's clock against ours, give or take half of the time that the answer took. */
export function skewFindings(source: ClockReading, target: ClockReading): Sighting[] {
  const ahead = offset(target) - offset(source);
  const doubt = (source.answered - source.asked + target.answered - target.asked) / 2;
  if (Math.abs(ahead) - doubt <= MOST) return [];
  const [behind, before] = ahead > 0 ? (["source", "target"] as const) : (["target", "source"] as const);
  return [
    {
      severity: "warns",
      side: behind,
      found: `the clock of the ${behind}'s server is ${Math.round(Math.abs(ahead))} ms behind the ${before}'s`,
      expected: `at most ${MOST} ms: times that the database gives (now()) would jump at the switch`,
      fix: { action: `have the ${behind}'s machine follow a time source (chronyd); on RDS ask AWS` },
    },
  ];
}

const offset = ({ asked, server, answered }: ClockReading): number => server - (asked + answered) / 2;
