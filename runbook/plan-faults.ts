import type { Plan } from "./step";

/** The longest a timer can wait (Node.js, "setTimeout"), in milliseconds: a longer one would go off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** What is wrong with a plan itself, so that it must not be begun. */
export function planFaults({ steps, pointOfNoReturn }: Plan): string[] {
  const ids = steps.map(({ id }) => id);
  const faults = ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => `two steps are called "${id}": the journal could not tell them apart`);
  if (pointOfNoReturn !== undefined) {
    const point = steps.find(({ id }) => id === pointOfNoReturn);
    if (!point)
      faults.push(`the point of no return is "${pointOfNoReturn}", which is none of ${ids.join(", ")}`);
    // Else nobody could tell whether the plan may still be undone, nor keep the point from coming late.
    else if (!point.check || !point.undo)
      faults.push(`the point of no return "${pointOfNoReturn}" needs check and undo`);
  }
  for (const { id, timeout } of steps) {
    if (timeout > 0 && timeout <= LONGEST_TIMER) continue;
    faults.push(
      `step "${id}" has a timeout of ${timeout} ms, expected more than 0 and at most ${LONGEST_TIMER}`,
    );
  }
  return faults;
}
