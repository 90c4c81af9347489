import { databaseChoices } from "../lib/workload/database-choices";
import type { Workload } from "../lib/workload/workload";

/** @returns such as `orders: 60 minutes`; undefined when nothing may be lost */
export function acceptedLoss({ databases = {} }: Workload): string | undefined {
  const losses = Object.entries(databases)
    .filter(([name, database]) => databaseChoices(name, database).strategy === "snapshot")
    .map(([name, { acceptedLossMinutes }]) => `${name}: ${acceptedLossMinutes} minutes`);
  return losses.length > 0 ? losses.join(", ") : undefined;
}
