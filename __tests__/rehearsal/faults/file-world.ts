import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { SIDES, type Side } from "../../../runbook/side";
import type { DatabasePair, JobGate, Pointer, World } from "../../../runbook/world";

/** What two processes need to know of the same world. */
export interface SharedWorld {
  /** Where edge and jobs are kept. */
  readonly directory: string;
  readonly database: string;
  readonly application: string;
  readonly operator: Readonly<Record<Side, ClientConfig>>;
}

const EDGE = "edge";
const JOBS = "jobs";
const CHANGES = "job-changes";

/** A new world: the edge leads to the source, and the one worker is on there. */
export function createWorld({ directory }: SharedWorld): void {
  writeFileSync(join(directory, EDGE), "source");
  writeFileSync(join(directory, JOBS), JSON.stringify({ source: true, target: false }));
}

/** The world of one database, whose edge and worker are files, so that they outlive whoever is killed. */
export function sharedWorld(shared: SharedWorld, pair: Partial<DatabasePair> = {}): World {
  const { directory, database, application, operator } = shared;
  return {
    databases: [
      {
        name: database,
        databaseName: database,
        strategy: "logical",
        endpoint: { kind: "host-list" },
        applicationRoles: [application],
        operator: (side) => Promise.resolve(operator[side]),
        conninfo: () => Promise.reject(new Error("a switch makes no subscription")),
        applicationPassword: () => Promise.reject(new Error("a switch makes no role")),
        ...pair,
      },
    ],
    edge: edgeIn(directory),
    jobs: [workerIn(directory)],
  };
}

/** While this file is there, the edge's store does not answer. */
export const OUTAGE = "edge-outage";

function edgeIn(directory: string): Pointer {
  const file = join(directory, EDGE);
  const read = (): Side => {
    if (existsSync(join(directory, OUTAGE))) throw new Error("the edge's store does not answer");
    return readFileSync(file, "utf8") === "target" ? "target" : "source";
  };
  return {
    current: async () => Promise.resolve(read()),
    async point(side) {
      await Promise.resolve(read());
      writeFileSync(file, side);
    },
    probe: async () => Promise.resolve([{ vantagePoint: "the one point", side: read() }]),
  };
}

function workerIn(directory: string): JobGate {
  const file = join(directory, JOBS);
  const read = () => JSON.parse(readFileSync(file, "utf8")) as Record<Side, boolean>;
  const set = (side: Side, on: boolean): Promise<void> => {
    const now = { ...read(), [side]: on };
    writeFileSync(file, JSON.stringify(now));
    appendFileSync(join(directory, CHANGES), `${JSON.stringify(now)}\n`);
    return Promise.resolve();
  };
  return {
    name: "mailer",
    kind: "worker",
    sides: SIDES,
    isOn: (side) => Promise.resolve(read()[side]),
    turnOff: (side) => set(side, false),
    turnOn: (side) => set(side, true),
    atWork: () => Promise.resolve([]),
  };
}

/** Everything that the worker has ever been: which sides it was on. */
export function workerStates({ directory }: SharedWorld): Record<Side, boolean>[] {
  const lines = readFileSync(join(directory, CHANGES), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<Side, boolean>);
}

/** Whether the worker is on, side by side. */
export const workerIs = ({ directory }: SharedWorld): Record<Side, boolean> =>
  JSON.parse(readFileSync(join(directory, JOBS), "utf8")) as Record<Side, boolean>;
