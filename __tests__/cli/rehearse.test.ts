import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { overload } from "../../rehearsal/keeping-up";
import type { Report } from "../../rehearsal/report";
import { relocate, type Run } from "./relocate";

const SHORT = ["--convergence", "2s", "--settle", "2s", "--rate", "45"];
const FIXTURES = join(__dirname, "../rehearsal/fixtures");
const appOf = (fixture: string) =>
  `${process.execPath} -r ts-node/register/transpile-only ${join(FIXTURES, `${fixture}.ts`)}`;

describe("relocate rehearse", () => {
  /** Everything a run writes goes below it, and every process it starts names it. */
  let place: string;
  let run: Run | undefined;

  beforeEach(() => {
    run = undefined;
    place = mkdtempSync(join(tmpdir(), "relocate-cli-"));
    // PostgreSQL runs as another user when this process is root.
    chmodSync(place, 0o711);
  });
  afterEach(async () => {
    run?.child.kill("SIGKILL");
    await run?.ended;
    await untilGone();
    rmSync(place, { recursive: true });
  });

  const rehearse = (...args: string[]) =>
    (run = relocate(["rehearse", ...SHORT, ...args], { TMPDIR: place }));

  /** Processes that carry the place in their arguments or environment. */
  function processes(): string[] {
    const all = execFileSync("ps", ["axeww", "-o", "pid=,command="], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    return all.split("\n").filter((line) => line.includes(place));
  }
  /** What tools of others cache there, such as the compiler, is theirs. */
  const files = () => readdirSync(place).filter((name) => name.startsWith("relocate-"));
  async function untilGone(): Promise<void> {
    while (processes().length + files().length > 0) await sleep(50);
  }

  test("A3 A5 B4 B6 C7: moves three databases over, back and over again, each found in its own way, and loses nothing", async () => {
    const { code, stdout, stderr } = await rehearse("--json", "--dns", "1s", "--app", appOf("three-ways"))
      .ended;
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(1);
    const report = JSON.parse(stdout) as Report;
    // A machine that cannot keep up makes requests fail, and says so; nothing else is ever its fault.
    const keptUp = report.delay !== undefined && overload(report.delay) === undefined;
    const faults = report.faults.filter(
      (fault) => keptUp || !/^(this machine|failed reads|writes given up)/.test(fault),
    );
    // The progress tells why, when it is not as it should be.
    expect({ faults, stderr: faults.length === 0 ? "" : stderr }).toEqual({ faults: [], stderr: "" });
    expect(report.ok || !keptUp).toBe(true);
    expect(code).toBe(report.ok ? 0 : 1);
    expect(report).toMatchObject({ lost: 0, duplicated: 0 });
    expect(report.switches).toMatchObject([
      { from: "source", to: "target" },
      { from: "target", to: "source" },
      { from: "source", to: "target" },
    ]);
    const found = report.databases.map(({ name, discovery }) => [name, discovery]);
    expect(Object.fromEntries(found)).toEqual({ stalls: "host-list", orders: "pooler", ledger: "cname" });
    for (const { lost, duplicated, holdsMs } of report.databases) {
      expect([lost, duplicated]).toEqual([0, 0]);
      expect(holdsMs).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
    }
    expect(report.acknowledged).toBeGreaterThan(100);
    expect(report).toMatchObject({ jobsDone: report.acknowledged, jobsDoneTwice: 0, jobsLost: 0 });
    // An order, its line, and that it was shipped.
    expect(report.rowsCompared).toBeGreaterThanOrEqual(3 * report.acknowledged);
    expect(stderr).toContain("Workers and schedules of the source are off");
    expect(stderr).toContain("plan with cutover=true: must change nothing");
    // Statements wait in the pooler, and none fails.
    if (keptUp)
      expect(report.databases.find(({ name }) => name === "orders")).toMatchObject({ failedWrites: 0 });
    if (report.ok) {
      expect(stderr).toMatch(/✓ Complete: the way back ends/);
      expect(stderr).toMatch(/✓ apply market-decommission with retire_source=true/);
    }
    await untilGone();
  }, 240_000);

  test("fails with the way to the mistake when a task gets the other region's secret", async () => {
    const { code, stdout } = await rehearse("--app", appOf("wrong-secret")).ended;
    expect(code).toBe(1);
    const cause = stdout.slice(stdout.indexOf("FAILED, first cause:"));
    expect(cause).toContain("storefront-standby: aws_ecs_task_definition.eu-west-1_web_task_definition");
    expect(cause).toContain("ORDERS_DATABASE_PASSWORD");
    expect(cause).toContain("the task would not start if us-east-1 is lost");
    expect(cause).toContain("expected a secret in eu-west-1");
    await untilGone();
  }, 120_000);

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "stops everything it started at %s, says what, and exits with %i",
    async (signal, expected) => {
      const { child, ended, printed } = rehearse("--json");
      await printed("warm up for");
      expect(processes().filter((line) => line.includes("postgres"))).not.toEqual([]);
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      const error = `interrupted by ${signal}`;
      expect(JSON.parse(stdout)).toEqual({ command: "rehearse", exitCode: expected, error, next: [] });
      expect(code).toBe(expected);
      expect(stderr).toContain("interrupted: stopping everything that was started");
      expect(stderr).toMatch(
        /stopped: visitors, .*points of presence, 2 databases, 2 services, resolvers, .*watcher/,
      );
      expect(processes()).toEqual([]);
      expect(files()).toEqual([]);
    },
    120_000,
  );

  test("leaves nothing behind even when it is killed", async () => {
    const { child, ended, printed } = rehearse();
    await printed("warm up for");
    expect(processes().filter((line) => line.includes("postgres"))).not.toEqual([]);
    child.kill("SIGKILL");
    await ended;
    await untilGone();
  }, 120_000);
});
