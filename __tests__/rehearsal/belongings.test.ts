import { gatherBelongings } from "../../rehearsal/belongings";

describe("what a run has started", () => {
  test("is ended last started first, once", async () => {
    const belongings = gatherBelongings();
    const ended: string[] = [];
    for (const name of ["watcher", "databases", "visitors"])
      belongings.own(name, () => void ended.push(name));
    expect(await belongings.end()).toEqual(["visitors", "databases", "watcher"]);
    expect(await belongings.end()).toEqual([]);
    expect(ended).toEqual(["visitors", "databases", "watcher"]);
  });

  test("fails to end with every failure, after the rest has been ended all the same", async () => {
    const belongings = gatherBelongings();
    const ended: string[] = [];
    belongings.own("watcher", () => void ended.push("watcher"));
    belongings.own("databases", () => Promise.reject(new Error("in use")));
    belongings.own("visitors", () => Promise.reject(new Error("gone")));
    await expect(belongings.end()).rejects.toThrow(
      /visitors did not end in order.*databases did not end in order/,
    );
    expect(ended).toEqual(["watcher"]);
  });
});
