import type { Lease } from "../../runbook/lease";

/** The lease of a journal that nobody else can reach. */
export function unlosableLease(): Lease {
  const { signal } = new AbortController();
  return {
    token: 1,
    holder: { who: "the test", host: "here", since: "2026-01-01T00:00:00.000Z" },
    ending: signal,
    lost: signal,
    assertHeld: () => undefined,
    release: () => Promise.resolve(),
  };
}
