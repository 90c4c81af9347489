import { keepLease, now, type TakenLease } from "../../runbook/lease-keeping";
import { describeHolder, operatorHere, type Lease } from "../../runbook/lease";

const DURATION = 15_000;

describe("keeping a lease", () => {
  let kept: Lease | undefined;
  beforeEach(() => jest.useFakeTimers());
  afterEach(async () => {
    await kept?.release();
    jest.useRealTimers();
  });

  const keep = (renew: TakenLease["renew"]): Lease =>
    (kept = keepLease({
      ...{ name: "shop", token: 1, durationMs: DURATION, takenAt: now(), renew },
      holder: { ...operatorHere(), since: new Date().toISOString() },
      giveBack: () => Promise.resolve(),
    }));
  const stateOf = ({ ending, lost }: Lease): string =>
    lost.aborted ? "lost" : ending.aborted ? "ending" : "held";
  const unreachable = (): Promise<never> => Promise.reject(new Error("no route"));

  test("renewed, it is held for ever; not renewed, it is ending after two thirds of its time, then lost", async () => {
    let isReachable = true;
    const lease = keep(() => (isReachable ? Promise.resolve(true) : unreachable()));
    await jest.advanceTimersByTimeAsync(10 * DURATION);
    expect(stateOf(lease)).toBe("held");
    isReachable = false;
    await jest.advanceTimersByTimeAsync(9_000);
    expect(stateOf(lease)).toBe("held");
    await jest.advanceTimersByTimeAsync(2_000);
    expect(stateOf(lease)).toBe("ending");
    lease.assertHeld();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(stateOf(lease)).toBe("lost");
    expect(() => lease.assertHeld()).toThrow("shop: the lease is lost: it could not be renewed for 15000 ms");
  });

  test("one that was taken is lost at once", async () => {
    const lease = keep(() => Promise.resolve(false));
    await jest.advanceTimersByTimeAsync(DURATION / 5);
    expect(stateOf(lease)).toBe("lost");
    expect(lease.ending.reason).toBe(lease.lost.reason);
  });

  test("a renewal whose answer never comes does not count", async () => {
    const lease = keep(() => new Promise(() => undefined));
    await jest.advanceTimersByTimeAsync(DURATION);
    expect(stateOf(lease)).toBe("lost");
  });

  test("a clock that is set back prolongs nothing, and one that jumps ahead is believed: the machine may have slept", async () => {
    const lease = keep(unreachable);
    jest.setSystemTime(Date.now() - 3_600_000);
    await jest.advanceTimersByTimeAsync(11_000);
    expect(stateOf(lease)).toBe("ending");
    const other = keep(() => Promise.resolve(true));
    jest.setSystemTime(Date.now() + DURATION);
    expect(() => other.assertHeld()).toThrow("the lease is lost");
    await lease.release();
  });

  test("one that was given back is not renewed any more", async () => {
    let renewals = 0;
    const lease = keep(() => Promise.resolve(++renewals > 0));
    await lease.release();
    await jest.advanceTimersByTimeAsync(10 * DURATION);
    expect(renewals).toBe(0);
  });

  test("a holder is named by who, where and since when", () => {
    expect(
      describeHolder({ who: "alice (process 7)", host: "laptop", since: "2026-01-01T00:00:00.000Z" }),
    ).toBe("alice (process 7) on laptop, since 2026-01-01T00:00:00.000Z");
    expect(operatorHere().who).toContain(`(process ${process.pid})`);
  });
});
