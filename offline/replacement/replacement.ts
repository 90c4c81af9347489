/** What is known of one type. */
export interface Replacement {
  /** Destroying an object of this type destroys data, or a name or key that others hold on to. */
  readonly stateful: boolean;
  /** Arguments whose change forces a new object; a dot leads into a block. `region` does so for every type. */
  readonly arguments: readonly string[];
}

/** Replacements by type. */
export type Replacements = Readonly<Record<string, Replacement>>;

/** A type that holds data, or a name or key that others hold on to. */
export const stateful = (...names: string[]): Replacement => ({ stateful: true, arguments: names });

/** A type that can be made anew. */
export const stateless = (...names: string[]): Replacement => ({ stateful: false, arguments: names });

/** What most named types have. */
export const NAMED = ["name", "name_prefix"];
