import type { Finding } from "./finding";
import type { Kind } from "./kind";
import type { Survey } from "./survey";

/** What came of one kind in one database. */
export interface Check {
  /** Name that the workload gives the database. */
  readonly database: string;
  /** The kind's. */
  readonly id: string;
  /** What holds when nothing was found. */
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Looks at a database in every given way at once. */
export async function check(kinds: readonly Kind[], survey: Survey): Promise<Check[]> {
  const database = survey.pair.name;
  return Promise.all(
    kinds.map(async (kind) => ({
      database,
      id: kind.id,
      title: kind.title,
      findings: (await kind.find(survey)).map((sighting) => ({ ...sighting, id: kind.id, database })),
    })),
  );
}

/** All that was found. */
export const findingsOf = (checks: readonly Check[]): Finding[] => checks.flatMap(({ findings }) => findings);
