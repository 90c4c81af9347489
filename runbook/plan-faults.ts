import type { Plan } from "./step";

/** The longest a timer can wait (Node.js, "setTimeout"), in milliseconds: a longer one would go off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** What is wrong with a plan itself, so that it must not be begun. */
export function planFaults({ steps, pointOfNoReturn }: Plan): string[] {
  const ids = steps.map(({ id }) => id);
  const faults = ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => `two steps are called "${id}": the journal could not tell them apart`);
  if (pointOfNoReturn !== undefined && !ids.includes(pointOfNoReturn)) {
    faults.push(`the point of no return is "${pointOfNoReturn}", which is none of ${ids.join(", ")}`);
  }
  for (const { id, timeout } of steps) {
    if (timeout > 0 && timeout <= LONGEST_TIMER) continue;
    faults.push(`step "${id}" has a timeout of ${timeout} ms, expected more than 0 and at most ${LONGEST_TIMER}`);
  }
  return faults;
}
