import type { NameTtl } from "./dns-ttl";

/** What a name's TTL has to be before a switch, in seconds (B1). */
const LOW = 60;
/** How long before the switch it has to be low, in milliseconds: 48 h. */
const AHEAD = 48 * 3_600_000;

/** Whether a name's TTL is ready for a switch. */
export interface TtlReadiness {
  readonly ready: boolean;
  /** In a sentence, with what to do. */
  readonly meaning: string;
}

/**
 * Judges a TTL. Pure.
 *
 * @param lowSince when it was first seen to be low. @default - nobody has looked before
 */
export function ttlReadiness(found: NameTtl, lowSince?: Date, now = new Date()): TtlReadiness {
  const seconds = zoneTtl(found);
  if (seconds === undefined) {
    const seen = found.resolvers.flatMap((one) => one.seconds ?? []);
    return {
      ready: false,
      meaning:
        seen.length > 0
          ? `the zone's own servers cannot be asked from here; resolvers keep it for up to ${Math.max(...seen)} s more`
          : `${found.name}: nobody answers for it here; ask from a machine with access to public DNS`,
    };
  }
  if (seconds > LOW) {
    return {
      ready: false,
      meaning: `${seconds} s, expected at most ${LOW}; deploy the cutover stack with lower_ttl=true (or lower it by hand) 48 h before the cutover`,
    };
  }
  const since = lowSince ?? now;
  const readyAt = new Date(since.getTime() + AHEAD);
  const seen = `${seconds} s, seen first at ${since.toISOString()}`;
  return readyAt <= now
    ? { ready: true, meaning: seen }
    : { ready: false, meaning: `${seen}; 48 h of it have passed at ${readyAt.toISOString()}` };
}

/** What the zone says, in seconds; the longest where its servers differ. */
export const zoneTtl = ({ zone }: NameTtl): number | undefined => {
  const seen = zone.flatMap(({ seconds }) => seconds ?? []);
  return seen.length > 0 ? Math.max(...seen) : undefined;
};

/** Whether a TTL is low enough. */
export const isLow = (found: NameTtl): boolean => (zoneTtl(found) ?? Infinity) <= LOW;
