import { essence, fingerprint } from "./engine-essence";
import type { Left, Shape, StepShape } from "./engine-shape";
import { faultsAt, live, type Command, type Fault, type Lived } from "./engine-world";
import { virtualClock, type VirtualClock } from "./virtual-clock";

const full: StepShape = { check: true, verify: true, undo: true };
const bare: StepShape = { check: false, verify: false, undo: false };
const unchecked: StepShape = { check: false, verify: true, undo: true };
const lasting: StepShape = { check: true, verify: false, undo: false };
const COMMANDS = ["there", "back"] as const;
/** All of it is computation: seconds on a machine of its own, minutes on one that is shared. Milliseconds. */
const PATIENCE = 900_000;

describe("the engine, explored call by call", () => {
  let clock: VirtualClock;
  let courses: number;
  let states: Set<string>;
  let broken: string[];
  jest.setTimeout(PATIENCE);
  beforeEach(() => {
    clock = virtualClock();
    courses = 0;
    states = new Set();
    broken = [];
  });
  afterEach(() => {
    clock.restore();
    process.stdout.write(
      `${expect.getState().currentTestName}: ${courses} commands, ${states.size} states\n`,
    );
  });

  const settle = <T>(work: Promise<T>): Promise<T | "hangs"> => clock.settle(work);
  const begin = ({ steps }: Shape): Left => ({ values: steps.map(() => 0), entries: [] });
  const go = async (shape: Shape, left: Left, command: Command): Promise<Lived> => {
    const lived = await live(shape, left, command, settle);
    courses++;
    const shapeOf = `${shape.point} ${JSON.stringify(shape.steps)}`;
    for (const state of lived.states) states.add(`${shapeOf} ${state}`);
    const where = `${shapeOf}, ${fingerprint(left)}, ${command.plan} with ${JSON.stringify(command.faults)}`;
    broken.push(...lived.broken.map((line) => `${line}: ${where}`));
    return lived;
  };
  /** Without a fault every command comes to its end, whatever it finds. */
  const converge = async (shape: Shape, left: Left): Promise<Record<(typeof COMMANDS)[number], Lived>> => {
    const [there, back] = [
      await go(shape, left, { plan: "there", faults: [] }),
      await go(shape, left, { plan: "back", faults: [] }),
    ];
    for (const { result } of [there, back]) {
      if (result !== "dead" && result.outcome === "done") continue;
      broken.push(`no end: ${fingerprint(left)}: ${JSON.stringify(result)}`);
    }
    return { there, back };
  };

  /** Every command with every single fault, from all that such commands leave, after at most so many of them. */
  const explore = async (shape: Shape, most: number): Promise<void> => {
    const seen = new Set<string>();
    let found = [begin(shape)];
    for (let depth = 0; depth <= most && found.length > 0; depth++) {
      const next: Left[] = [];
      for (const left of found) {
        const print = fingerprint(left);
        if (seen.has(print)) continue;
        seen.add(print);
        const lived = await converge(shape, left);
        next.push(...COMMANDS.map((plan) => essence(lived[plan].left)));
        if (depth === most) continue;
        for (const plan of COMMANDS) {
          for (const fault of lived[plan].calls.flatMap((part, index) => faultsAt(index + 1, part))) {
            next.push(essence((await go(shape, left, { plan, faults: [fault] })).left));
          }
        }
      }
      found = next;
    }
  };

  test.each<[string, Shape]>([
    ["first", { steps: [full, full], point: 0 }],
    ["last", { steps: [full, full], point: 1 }],
  ])("B4: keeps what it promises after any number of faults; point of no return: %s", async (_, shape) => {
    await explore(shape, Infinity);
    expect(broken).toEqual([]);
    expect(courses).toBeGreaterThan(4_000);
    expect(states.size).toBeGreaterThan(400);
  });

  test.each<[string, Shape]>([
    ["with every part", { steps: [full, full, full, full, full], point: 2 }],
    [
      "with and without check, verify and undo",
      { steps: [bare, unchecked, full, lasting, unchecked], point: 2 },
    ],
    ["and no point of no return", { steps: [unchecked, lasting, bare, full] }],
  ])("B4: keeps what it promises in plans of several steps %s, fault after fault", async (_, shape) => {
    await explore(shape, 2);
    expect(broken).toEqual([]);
    expect(courses).toBeGreaterThan(2_500);
    expect(states.size).toBeGreaterThan(1_000);
  });

  test("B4: keeps what it promises when a second call fails while the first failure is mended", async () => {
    const shape: Shape = { steps: [full, full, full], point: 1 };
    const { there } = await converge(shape, begin(shape));
    const firsts = there.calls.flatMap((part, index) => faultsAt(index + 1, part));
    for (const first of firsts) {
      const { calls } = await go(shape, begin(shape), { plan: "there", faults: [first] });
      for (const second of calls.flatMap((part, index) => faultsAt(index + 1, part))) {
        if (second.call <= first.call) continue;
        const { left } = await go(shape, begin(shape), { plan: "there", faults: [first, second] });
        await converge(shape, left);
      }
    }
    expect(broken).toEqual([]);
    expect(courses).toBeGreaterThan(3_000);
  });

  test("B4: does nothing any more once another operator may be at work, whenever its lease is lost", async () => {
    const shape: Shape = { steps: [full, full, full], point: 1 };
    const { there } = await converge(shape, begin(shape));
    const loseAt = async (call: number, before: readonly Fault[]): Promise<readonly unknown[]> => {
      let calls: readonly unknown[] = [];
      for (const plan of COMMANDS) {
        const meanwhile = async (left: Left): Promise<Left> => {
          const other = await go(shape, left, { plan, faults: [] });
          if (other.result === "dead" || other.result.outcome !== "done") broken.push(`the other: ${plan}`);
          return other.left;
        };
        const lost: Command = { plan: "there", faults: [...before, { call, kind: "lost" }], meanwhile };
        const lived = await go(shape, begin(shape), lost);
        calls = lived.calls;
        await converge(shape, lived.left);
      }
      return calls;
    };
    for (let call = 1; call <= there.calls.length; call++) {
      await loseAt(call, []);
      // Warned, it takes back what it can, until the lease is lost.
      for (let later = call + 1; ; later++) {
        if ((await loseAt(later, [{ call, kind: "ending" }])).length < later) break;
      }
    }
    expect(broken).toEqual([]);
    expect(courses).toBeGreaterThan(350);
  });
});
