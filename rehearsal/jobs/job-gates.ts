import type { PartOf } from "../../lib/manifest";
import type { Cloud } from "../../offline/cloud";
import { SIDES, type Side } from "../../runbook/side";
import type { JobGate } from "../../runbook/world";
import type { Regions } from "../regions";
import type { States } from "../state";
import type { Shift } from "../work-verdict";
import { scheduleTwin } from "./schedule-twin";
import { workerTwin } from "./worker-twin";

export interface JobsOptions {
  readonly cutover: Pick<PartOf<"cutover">, "workers" | "schedules">;
  /** Region of each side. */
  readonly regionOf: Readonly<Record<Side, string>>;
  readonly regions: Regions;
  readonly states: States;
  readonly cloud: Cloud;
  readonly onNotice: (line: string) => void;
}

/** One side of a worker or a schedule. */
export interface JobTwin {
  isOn(): boolean;
  turnOff(): void;
  turnOn(): void;
  atWork(): readonly string[];
  /** When it was at work. */
  shifts(): readonly { readonly from: number; readonly until: number }[];
  stop(): void;
}

/** The local twins of Application Auto Scaling and EventBridge Scheduler, as the runbook rules them. */
export interface Jobs {
  readonly gates: readonly JobGate[];
  /** Has what is on in state run from now on. */
  begin(): void;
  shifts(): Shift[];
  /** No schedule starts anything any more. */
  stop(): void;
}

/** Opens the gates of every worker and schedule of the cutover phase. */
export function openJobs(options: JobsOptions): Jobs {
  const { cutover } = options;
  const opened = [
    ...Object.entries(cutover.workers).map(([name, sides]) =>
      gateOf(name, "worker", sides, (gate, side) => workerTwin(name, gate, side, options)),
    ),
    ...Object.entries(cutover.schedules).map(([name, sides]) =>
      gateOf(name, "schedule", sides, (gate, side) => scheduleTwin(name, gate, side, options)),
    ),
  ];
  const all = opened.flatMap(({ gate, twins }) =>
    [...twins].map(([side, twin]) => ({ name: gate.name, side, twin })),
  );
  return {
    gates: opened.map(({ gate }) => gate),
    begin() {
      for (const { twin } of all) if (twin.isOn()) twin.turnOn();
    },
    shifts: () =>
      all.flatMap(({ name, side, twin }) => twin.shifts().map((shift) => ({ name, side, ...shift }))),
    stop() {
      for (const { twin } of all) twin.stop();
    },
  };
}

function gateOf<G>(
  name: string,
  kind: JobGate["kind"],
  sides: { readonly source?: G; readonly target: G },
  open: (gate: G, side: Side) => JobTwin,
): { readonly gate: JobGate; readonly twins: ReadonlyMap<Side, JobTwin> } {
  const twins = new Map<Side, JobTwin>();
  for (const side of SIDES) {
    const gate = sides[side];
    if (gate !== undefined) twins.set(side, open(gate, side));
  }
  const on = (side: Side): JobTwin => {
    const twin = twins.get(side);
    if (!twin) throw new Error(`${kind} ${name} is not managed here on the ${side}`);
    return twin;
  };
  const gate: JobGate = {
    ...{ name, kind },
    sides: [...twins.keys()],
    isOn: (side) => Promise.resolve(on(side).isOn()),
    turnOff: (side) => Promise.resolve(on(side).turnOff()),
    atWork: (side) => Promise.resolve(on(side).atWork()),
    turnOn: (side) => Promise.resolve(on(side).turnOn()),
  };
  return { gate, twins };
}
