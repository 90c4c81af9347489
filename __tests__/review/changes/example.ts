/** For each rule a change that it must find, and one beside it that it must let pass. */
export interface Example {
  readonly rule: string;
  /** Type of what the rule is to speak of. */
  readonly type: string;
  /** Arguments before and after; `null`: the object is not there. */
  readonly bad: readonly [before: object | null, after: object | null];
  readonly good: readonly [before: object | null, after: object | null];
}

/** Providers by their aliases: see `__tests__/offline/configuration.ts`. */
export const here = { provider: "aws.here" };
export const there = { provider: "aws.there" };
