import type { ReviewedObject, ReviewedPlan } from "../reviewed-plan";
import { objectsOf, type Rule } from "../rule";
import { text } from "../value";

/** A job that runs on both sides runs twice. */
export const jobOnBothSides: Rule = {
  id: "job-on-both-sides",
  severity: "blocks",
  title: "A worker or schedule is on at one side only",
  why: "Two regions work on the same jobs: mail goes out twice, an invoice is made twice.",
  fix: "Let both sides follow the `cutover` variable, one with its opposite.",
  find: (plans) => {
    const workers = new Set(plans.flatMap(workersOf));
    const running = objectsOf(plans).flatMap((object) => {
      const job = jobOf(object, workers);
      return job === undefined ? [] : [{ object, job }];
    });
    return running.flatMap(({ object, job }) => {
      const twin = running.find((other) => other.job === job && other.object.region !== object.region);
      return twin
        ? [{ object, found: `${job} is on here and in ${twin.object.region ?? "another region"}` }]
        : [];
    });
  },
};

/** Scalable targets of workers: those of web services are on at both sides all the time. */
function workersOf({ manifest }: ReviewedPlan): string[] {
  if (manifest?.phase !== "cutover") return [];
  return Object.values(manifest.workers).flatMap(({ source, target }) =>
    [source, target].flatMap((gate) => (gate ? [gate.resourceId] : [])),
  );
}

/** Name of the job that an object turns on; `undefined` when it turns none on. */
function jobOf({ type, after }: ReviewedObject, workers: ReadonlySet<string>): string | undefined {
  if (!after) return undefined;
  const name = text(after.name);
  if (type === "aws_scheduler_schedule") return after.state === "DISABLED" ? undefined : `schedule ${name}`;
  if (type === "aws_cloudwatch_event_rule") {
    return text(after.schedule_expression) === "" || after.state === "DISABLED"
      ? undefined
      : `schedule ${name}`;
  }
  const resource = text(after.resource_id);
  const isOn = type === "aws_appautoscaling_target" && Number(after.min_capacity) > 0;
  return isOn && workers.has(resource) ? `worker ${resource}` : undefined;
}
