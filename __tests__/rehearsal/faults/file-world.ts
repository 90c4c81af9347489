import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { SIDES, type Side } from "../../../runbook/side";
import { PASSWORD } from "../../runbook/server";
import type { DatabasePair, JobGate, Pointer, Strategy, World } from "../../../runbook/world";

/** What two processes need to know of the same world. */
export interface SharedWorld {
  /** Where edge and jobs are kept. */
  readonly directory: string;
  readonly database: string;
  readonly application: string;
  readonly operator: Readonly<Record<Side, ClientConfig>>;
  /** @default "logical" */
  readonly strategy?: Strategy;
  /** Applications find the writer by a name. @default - by a list of hosts */
  readonly isNamed?: boolean;
  /** By subscriber. */
  readonly conninfo: Readonly<Record<Side, string>>;
}

const EDGE = "edge";
const NAME = "name";
const JOBS = "jobs";
const CHANGES = "job-changes";

/** A new world: the edge and the writer's name lead to the source, and the one worker is on there. */
export function createWorld({ directory }: SharedWorld): void {
  for (const pointer of [EDGE, NAME]) writeFileSync(join(directory, pointer), "source");
  writeFileSync(join(directory, JOBS), JSON.stringify({ source: true, target: false }));
}

/** The world of one database, whose edge, writer's name and worker are files, so that they outlive whoever is killed. */
export function sharedWorld(shared: SharedWorld, pair: Partial<DatabasePair> = {}): World {
  const { directory, database, application, operator, conninfo, strategy = "logical", isNamed } = shared;
  return {
    databases: [
      {
        name: database,
        databaseName: database,
        strategy,
        endpoint: isNamed ? { kind: "cname", name: pointerIn(directory, NAME) } : { kind: "host-list" },
        applicationRoles: [application],
        operator: (side) => Promise.resolve(operator[side]),
        conninfo: (subscriber) => Promise.resolve(conninfo[subscriber]),
        applicationPassword: () => Promise.resolve(PASSWORD),
        ...pair,
      },
    ],
    edge: pointerIn(directory, EDGE),
    jobs: [workerIn(directory)],
  };
}

/** While this file is there, the edge's store does not answer. */
export const OUTAGE = "edge-outage";

function pointerIn(directory: string, name: typeof EDGE | typeof NAME): Pointer {
  const file = join(directory, name);
  const read = (): Side => {
    if (name === EDGE && existsSync(join(directory, OUTAGE)))
      throw new Error("the edge's store does not answer");
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
