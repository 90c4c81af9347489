import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDuration } from "../../cli/duration";
import { readFlags, type RehearseFlags } from "../../cli/rehearse-flags";

const flags: RehearseFlags = {
  convergence: "31s",
  dns: "5s",
  rate: "200",
  writes: "40%",
  latency: "45ms",
  points: "6",
  settle: "10s",
  seed: "1",
  app: "node app.js",
  keep: false,
  json: false,
};

test.each([
  ["500ms", 500],
  ["3s", 3_000],
  ["1.5m", 90_000],
  ["0s", 0],
])("a duration is a number with its unit: %s", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each(["", "3", "s", "3 s", "-3s", "3h", "1e3ms"])("fails to read a duration from %j", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

describe("the flags of rehearse", () => {
  let project: string;
  beforeEach(() => (project = mkdtempSync(join(tmpdir(), "relocate-flags-"))));
  afterEach(() => rmSync(project, { recursive: true }));

  test("become settings in milliseconds and shares", () => {
    expect(readFlags(flags, project)).toEqual({
      app: "node app.js",
      project,
      convergenceMs: 31_000,
      dnsDelayMs: 5_000,
      rate: 200,
      writeShare: 0.4,
      latencyMs: 45,
      points: 6,
      settleMs: 10_000,
      seed: 1,
      keep: false,
    });
  });

  test("take the app from cdktf.json", () => {
    writeFileSync(join(project, "cdktf.json"), '{ "language": "typescript", "app": "npx ts-node main.ts" }');
    expect(readFlags({ ...flags, app: undefined }, project)).toMatchObject({ app: "npx ts-node main.ts" });
  });

  test("fails with every fault at once, each with what was expected", () => {
    const wrong = {
      convergence: "5",
      dns: "61s",
      rate: "0",
      writes: "0.4",
      latency: "2s",
      points: "six",
      settle: "10ms",
      seed: "-1",
    };
    expect(readFlags({ ...flags, ...wrong }, project)).toEqual({
      faults: [
        "--convergence 5: expected a duration of at most 10m, such as 5s",
        "--dns 61s: expected a duration of at most 60s, such as 2s",
        "--rate 0: expected requests per second, 1 to 2000",
        "--writes 0.4: expected a share from 1% to 100%",
        "--latency 2s: expected a duration of at most 1s, such as 45ms",
        "--points six: expected a number from 1 to 50",
        "--settle 10ms: expected a duration from 1s to 60m",
        "--seed -1: expected a whole number below 2^32",
      ],
    });
  });

  test("fails with an empty command", () => {
    expect(readFlags({ ...flags, app: " " }, project)).toEqual({ faults: ['--app " ": expected a command'] });
  });

  test.each([undefined, "{", "[]", '{ "app": 3 }', '{ "app": "" }'])(
    "fails without an app: cdktf.json is %j",
    (content) => {
      if (content !== undefined) writeFileSync(join(project, "cdktf.json"), content);
      expect(readFlags({ ...flags, app: undefined }, project)).toEqual({
        faults: [
          `${join(project, "cdktf.json")}: expected an "app"; run in the project's directory, or name the command with --app`,
        ],
      });
    },
  );
});
