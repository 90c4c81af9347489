/** A span of time such as `131 ms`, `12.3 s`, `5 min 3 s` or `2 d 4 h`. */
export function spanInWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return twoUnits(seconds, 60, "min", "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, "h", "min");
  return twoUnits(Math.round(minutes / 60), 24, "d", "h");
}

const twoUnits = (small: number, size: number, unit: string, rest: string): string =>
  [`${Math.floor(small / size)} ${unit}`, ...(small % size > 0 ? [`${small % size} ${rest}`] : [])].join(" ");

/** A moment such as `2026-11-21 15:04:05.123`, in UTC. */
export const momentInWords = (iso: string): string => iso.replace("T", " ").replace(/Z$/, "");
