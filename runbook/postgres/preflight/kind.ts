import type { Finding } from "./finding";
import type { Survey } from "./survey";

/** A finding without what all of its kind have in common. */
export type Sighting = Omit<Finding, "id" | "database">;

/** One kind of finding. */
export interface Kind {
  /** Stable; the `id` of its findings. */
  readonly id: string;
  /** What holds when it finds nothing. */
  readonly title: string;
  /** Looks, and changes nothing. */
  find(survey: Survey): Promise<readonly Sighting[]>;
}
