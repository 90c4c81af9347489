/** A time in which a task ran, in milliseconds since 1970. */
export interface TaskTime {
  readonly from: number;
  readonly until: number;
}

/** When tasks of one kind ran on one side. */
export interface Shifts {
  /** @returns ends it */
  begin(): () => void;
  /** All so far; one that has not ended lasts until now. */
  all(): TaskTime[];
}

export function openShifts(now: () => number = () => performance.timeOrigin + performance.now()): Shifts {
  const times: { from: number; until?: number }[] = [];
  return {
    begin() {
      const time: { from: number; until?: number } = { from: now() };
      times.push(time);
      return () => void (time.until ??= now());
    },
    all: () => times.map(({ from, until = now() }) => ({ from, until })),
  };
}
