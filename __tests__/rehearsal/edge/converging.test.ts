import { converging } from "../../../rehearsal/edge/converging";
import { openKeyValueStore } from "../../../rehearsal/edge/key-value-store";
import { seededRandom } from "../../../rehearsal/seeded";

function clock() {
  let time = 0;
  return { now: () => time, passTo: (at: number) => (time = at) };
}

const everyPoint = [0, 1, 2, 3, 4, 5];

describe("A3: a write converges point by point", () => {
  const open = (seed = 1) => {
    const { now, passTo } = clock();
    const value = converging("old", { points: 6, convergenceMs: 31_000, random: seededRandom(seed), now });
    const seen = () => everyPoint.map((point) => value.seenBy(point));
    return { value, passTo, seen };
  };
  const count = (seen: string[], wanted: string) => seen.filter((one) => one === wanted).length;

  test("one point sees it at once, the last one after exactly the stated time, the others evenly between", () => {
    const { value, passTo, seen } = open();
    value.write("new");
    const known = [0, 6_199, 6_200, 12_400, 18_600, 24_800, 30_999, 31_000].map((time) => {
      passTo(time);
      return count(seen(), "new");
    });
    expect(known).toEqual([1, 1, 2, 3, 4, 5, 5, 6]);
    expect(value.latest()).toBe("new");
  });

  test("the order is the seed's", () => {
    const orders = [7, 7, 8].map((seed) => {
      const { value, passTo, seen } = open(seed);
      value.write("new");
      passTo(13_000);
      return seen().join();
    });
    expect(orders[0]).toBe(orders[1]);
    expect(orders[0]).not.toBe(orders[2]);
  });

  test("a point that has seen a newer write never goes back to an older one", () => {
    const { value, passTo, seen } = open();
    value.write("second");
    passTo(10_000);
    value.write("third");
    const third = new Set<number>();
    for (let time = 10_000; time <= 41_000; time += 500) {
      passTo(time);
      seen().forEach((one, point) => {
        if (one === "third") third.add(point);
        else expect(third.has(point)).toBe(false);
      });
    }
    expect(third.size).toBe(6);
  });

  test("a single point sees it after the whole time", () => {
    const { now, passTo } = clock();
    const value = converging("old", { points: 1, convergenceMs: 1_000, random: seededRandom(1), now });
    value.write("new");
    passTo(999);
    expect(value.seenBy(0)).toBe("old");
    passTo(1_000);
    expect(value.seenBy(0)).toBe("new");
  });
});

describe("the key-value store", () => {
  const open = () => {
    const { now, passTo } = clock();
    const options = { points: 2, convergenceMs: 1_000, random: seededRandom(1), now };
    return { store: openKeyValueStore({ active: "us-east-1" }, options), passTo };
  };

  test("every point knows the first entries, and keys of their own converge on their own", async () => {
    const { store, passTo } = open();
    expect(await Promise.all([store.get(0, "active"), store.get(1, "active")])).toEqual([
      "us-east-1",
      "us-east-1",
    ]);
    store.put("freeze", "{}");
    passTo(1_000);
    expect(await store.get(1, "freeze")).toBe("{}");
    expect(await store.get(1, "active")).toBe("us-east-1");
    expect(store.latest("active")).toBe("us-east-1");
  });

  test("fails to read a missing key, and a new key where it has not arrived", async () => {
    const { store } = open();
    await expect(store.get(0, "nothing")).rejects.toThrow('no key "nothing"');
    store.put("freeze", "{}");
    const reads = await Promise.allSettled([store.get(0, "freeze"), store.get(1, "freeze")]);
    expect(reads.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("fails every read while it is out, and not after", async () => {
    const { store } = open();
    store.outage(true);
    await expect(store.get(0, "active")).rejects.toThrow("does not answer");
    store.outage(false);
    expect(await store.get(0, "active")).toBe("us-east-1");
  });
});
