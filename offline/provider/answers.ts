import type { Recorded } from "../recorded";
import { isObject, type ObjectValue, textOf, type Value } from "../value";

/** What a data source is asked. */
export interface Question {
  readonly type: string;
  readonly asked: ObjectValue;
  /** @default - the type has none */
  readonly region: string | undefined;
}

/** What a data source answered to the same question; `undefined` when that is not known, or not one answer. */
export function answerTo(
  { type, asked, region }: Question,
  answers: readonly Pick<Recorded, "type" | "values">[],
): ObjectValue | undefined {
  const [first, ...others] = answers.filter(
    ({ type: other, values }) =>
      other === type && repeats(asked, values) && (textOf(values, "region") ?? region) === region,
  );
  // Before version 6 of the provider an answer did not say its region.
  const isOne = others.every(({ values }) => JSON.stringify(values) === JSON.stringify(first?.values));
  return isOne ? first?.values : undefined;
}

/** Whether an answer repeats all that is asked; what is not asked is the answer. */
function repeats(asked: Value | undefined, answer: Value | undefined): boolean {
  if (asked === null || asked === undefined) return true;
  if (Array.isArray(asked)) {
    const list = Array.isArray(answer) ? answer : [];
    return list.length === asked.length && asked.every((one, at) => repeats(one, list[at]));
  }
  if (isObject(asked))
    return isObject(answer) && Object.entries(asked).every(([name, one]) => repeats(one, answer[name]));
  return asked === answer;
}
