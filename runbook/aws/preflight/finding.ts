import type { Severity } from "../../postgres/preflight/finding";

/** Something in AWS that stands in the way of a relocation, or should be known before it. */
export interface AwsFinding {
  readonly severity: Severity;
  readonly found: string;
  readonly expected: string;
  /** What to do, with the command where one helps. */
  readonly fix: string;
}

/** What came of one kind of look. */
export interface AwsCheck {
  readonly id: string;
  /** What holds when nothing was found. */
  readonly title: string;
  readonly findings: readonly AwsFinding[];
}

/** One kind of look. */
export interface AwsLook {
  readonly id: string;
  readonly title: string;
  find(): Promise<readonly AwsFinding[]>;
}

/** Looks at everything at once; a look that fails is told as one, and disturbs no other. */
export function lookAt(looks: readonly AwsLook[]): Promise<AwsCheck[]> {
  return Promise.all(
    looks.map(async (look) => {
      const { id, title } = look;
      try {
        return { id, title, findings: await look.find() };
      } catch (error) {
        const unseen: AwsFinding = {
          severity: "warns",
          found: `it cannot be looked at: ${(error as Error).message}`,
          expected: "an answer",
          fix: "mend what is named, and look again",
        };
        return { id, title, findings: [unseen] };
      }
    }),
  );
}
