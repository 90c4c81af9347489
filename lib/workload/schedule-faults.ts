import { fault, unless } from "./fault";
import { isScheduleExpression } from "./schedule-expression";
import type { WorkloadSchedule } from "./schedule";
import type { ByName, Workload } from "./workload";

/** @returns what is wrong with the schedules of a workload */
export function scheduleFaults({ schedules = {}, services }: Workload): string[] {
  return Object.entries(schedules).flatMap(([name, schedule]) =>
    oneScheduleFaults(`schedules.${name}`, schedule, services),
  );
}

function oneScheduleFaults(
  path: string,
  { service, expression, timezone }: WorkloadSchedule,
  services: ByName<{ readonly kind?: string }>,
): string[] {
  const known = Object.keys(services).filter((name) => services[name]!.kind === "one-off");
  const kind = services[service]?.kind ?? "web";
  return [
    ...unless(
      known.includes(service),
      fault(
        `${path}.service`,
        service in services ? `"${service}", a ${kind} service` : `"${service}"`,
        known.length > 0
          ? `one of ${known.join(", ")}, which run to their end`
          : "the name of a one-off service, of which the workload has none",
        `add a service "${service}" of kind "one-off", or name one that is there`,
      ),
    ),
    ...unless(
      isScheduleExpression(expression),
      fault(
        `${path}.expression`,
        `"${expression}"`,
        "six cron fields, one of day-of-month and day-of-week being ?, or a rate",
        "write it such as cron(0 3 * * ? *) or rate(5 minutes)",
      ),
    ),
    ...unless(
      timezone === undefined || isTimezone(timezone),
      fault(
        `${path}.timezone`,
        `"${timezone}"`,
        "an IANA name",
        "write it such as Europe/Dublin, or leave it out for UTC",
      ),
    ),
  ];
}

/** What this Node knows of the IANA list; it takes offsets such as `+01:00` too, which EventBridge does not. */
function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
