import { setTimeout as sleep } from "node:timers/promises";
import { interruptible, Interrupted } from "../../cli/interrupt";

describe("work that can be stopped", () => {
  /** Jest hands its tests a process object of their own, which no signal reaches: as the signal would, by its event. */
  const stoppedBy = async (name: "SIGINT" | "SIGTERM" | "SIGHUP", work = waiting) => {
    const told = jest.fn();
    const ended = interruptible(work, told).catch((error: unknown) => error);
    process.emit(name, name);
    const error = await ended;
    expect(told).toHaveBeenCalledTimes(1);
    return error;
  };
  const waiting = (signal: AbortSignal): Promise<unknown> => sleep(60_000, undefined, { signal });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("D6: %s ends what waits, with %d", async (name, exitCode) => {
    const error = await stoppedBy(name);
    expect(error).toBeInstanceOf(Interrupted);
    expect(error).toMatchObject({
      exitCode,
      message: `interrupted by ${name}`,
      cause: { name: "AbortError" },
    });
    expect(process.listenerCount(name)).toBe(0);
  });

  test("D6: what comes to its end in spite of it is no failure", async () => {
    const work = (signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve("all of it")));
    expect(await stoppedBy("SIGINT", work)).toBe("all of it");
  });

  test("fails with what went wrong when nobody interrupted it", async () => {
    const work = () => Promise.reject(new Error("no such table"));
    await expect(interruptible(work, () => undefined)).rejects.toThrow("no such table");
  });
});
