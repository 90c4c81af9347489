import type { Cloud } from "../../../offline/cloud";
import { openJobs, type Jobs } from "../../../rehearsal/jobs/job-gates";
import type { OneOffTask } from "../../../rehearsal/jobs/one-offs";
import type { Regions } from "../../../rehearsal/regions";
import type { States } from "../../../rehearsal/state";
import { SIDES, type Side } from "../../../runbook/side";
import { arn, SOURCE, TARGET, twoRegions } from "../two-regions";

const regionOf: Record<Side, string> = { source: SOURCE, target: TARGET };
const resourceId = "service/shop-mailer/shop-mailer";
const worker = { resourceId, minTasks: 2, maxTasks: 4 };
const nightly = { group: "default", name: "shop-nightly" };
const signal = new AbortController().signal;

type Held = Record<string, unknown>;
/** What "AWS" holds: both sides' bounds and schedules, on at the source. */
const holdings = (): Record<string, Held[]> => ({
  aws_appautoscaling_target: SIDES.map((side) => ({
    arn: arn("application-autoscaling", regionOf[side], "scalable-target/1"),
    resource_id: resourceId,
    min_capacity: side === "source" ? 2 : 0,
    max_capacity: side === "source" ? 4 : 0,
  })),
  aws_scheduler_schedule: SIDES.map((side) => ({
    arn: arn("scheduler", regionOf[side], "schedule/default/shop-nightly"),
    name: nightly.name,
    group_name: nightly.group,
    state: side === "source" ? "ENABLED" : "DISABLED",
    target: [
      {
        ecs_parameters: [
          {
            task_definition_arn: arn("ecs", regionOf[side], "task-definition/shop-report"),
            network_configuration: [
              {
                subnets: [`subnet-private-${regionOf[side]}`],
                security_groups: [`sg-web-${regionOf[side]}`],
              },
            ],
          },
        ],
      },
    ],
  })),
});

describe("B6: the local twins of Auto Scaling and Scheduler", () => {
  let held: Record<string, Held[]>;
  let jobs: Jobs;
  let scaled: string[];
  let started: OneOffTask[];
  let endTask: () => void;
  const atWork: Record<string, string[]> = { [SOURCE]: [], [TARGET]: [] };

  beforeEach(() => {
    jest.useFakeTimers();
    held = holdings();
    scaled = [];
    started = [];
    atWork[SOURCE] = [];
    const cloud = {
      find: (type: string) => held[type] ?? [],
      update(type: string, id: string, patch: Held) {
        held[type] = (held[type] ?? []).map((one) => (one.arn === id ? { ...one, ...patch } : one));
      },
    } as unknown as Cloud;
    const service = (region: string) => ({
      ...{ name: "shop-mailer", place: { region }, shifts: [] },
      get atWork() {
        return atWork[region];
      },
      scale: (tasks: number) => Promise.resolve(void scaled.push(`${region}: ${tasks}`)),
    });
    const regions = {
      services: [service(SOURCE), service(TARGET)],
      runOnce(task: OneOffTask) {
        started.push(task);
        return Promise.resolve({
          name: `report-${started.length}`,
          ended: new Promise<void>((resolve) => (endTask = resolve)),
        });
      },
    } as unknown as Regions;
    const standby = twoRegions()["shop-standby"]!;
    const schedules = held.aws_scheduler_schedule!.map((values, index) => ({
      ...{ address: `aws_scheduler_schedule.s${index}`, mode: "managed" as const },
      ...{ type: "aws_scheduler_schedule", values },
    }));
    const states: States = {
      "shop-standby": { ...standby, resources: [...standby.resources, ...schedules] },
    };
    jobs = openJobs({
      cutover: {
        workers: { mailer: { source: worker, target: worker } },
        schedules: { nightly: { source: nightly, target: nightly } },
      },
      ...{ regionOf, regions, states, cloud, onNotice: (line) => scaled.push(line) },
    });
  });
  afterEach(() => {
    jobs.stop();
    jest.useRealTimers();
  });
  const gate = (name: string) => jobs.gates.find((one) => one.name === name)!;
  const bounds = () => held.aws_appautoscaling_target!.map((one) => [one.min_capacity, one.max_capacity]);

  test("have what is on in state run, on its side alone", async () => {
    jobs.begin();
    expect(scaled).toEqual([`${SOURCE}: 2`]);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(started.map(({ place }) => place.region)).toEqual([SOURCE]);
    expect(await gate("mailer").isOn("source", signal)).toBe(true);
    expect(await gate("nightly").isOn("target", signal)).toBe(false);
  });

  test("turn a worker off and on by its bounds, as cutover=true would set them", async () => {
    await gate("mailer").turnOff("source", signal);
    expect(bounds()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    atWork[SOURCE] = ["mailer-1"];
    expect(await gate("mailer").atWork("source", signal)).toEqual(["mailer-1"]);
    await gate("mailer").turnOn("target", signal);
    expect(bounds()).toEqual([
      [0, 0],
      [2, 4],
    ]);
    expect(scaled).toEqual([`${SOURCE}: 0`, `${TARGET}: 2`]);
  });

  test("start nothing more once a schedule is off, and tell what is still at work until it has ended", async () => {
    jobs.begin();
    await jest.advanceTimersByTimeAsync(3_000);
    await gate("nightly").turnOff("source", signal);
    expect(await gate("nightly").atWork("source", signal)).toEqual(["report-1"]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(started).toHaveLength(1);
    endTask();
    await jest.advanceTimersByTimeAsync(0);
    expect(await gate("nightly").atWork("source", signal)).toEqual([]);
    expect(jobs.shifts()).toMatchObject([{ name: "nightly", side: "source" }]);
  });

  test("fails on a side where it is not managed here", () => {
    const elsewhere = openJobs({
      cutover: { workers: {}, schedules: { nightly: { target: nightly } } },
      ...{ regionOf, regions: {} as Regions, cloud: { find: () => [] } as unknown as Cloud },
      states: {
        x: {
          resources: held.aws_scheduler_schedule!.map((values) => ({
            ...{ address: "s", mode: "managed" as const, type: "aws_scheduler_schedule", values },
          })),
          outputs: {},
        },
        ...twoRegions(),
      },
      onNotice: () => undefined,
    });
    expect(elsewhere.gates[0]?.sides).toEqual(["target"]);
    expect(() => elsewhere.gates[0]?.isOn("source", signal)).toThrow(
      "schedule nightly is not managed here on the source",
    );
  });
});
