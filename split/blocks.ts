import type { Misplaced } from "./placement";

/** One object moves within its state. Needs Terraform 1.1. */
export interface MovedBlock {
  readonly from: string;
  readonly to: string;
}

/** A state forgets a resource; nothing is destroyed. Needs Terraform 1.7. */
export interface RemovedBlock {
  readonly from: string;
  readonly lifecycle: { readonly destroy: false };
}

/** A state takes an object on. Needs Terraform 1.5. */
export interface ImportBlock {
  readonly to: string;
  readonly id: string;
}

/** All blocks that a split needs, by the name under which Terraform's JSON syntax has them. */
export interface Blocks {
  readonly moved?: readonly MovedBlock[];
  readonly removed?: readonly RemovedBlock[];
  readonly import?: readonly ImportBlock[];
}

/** The id by which Terraform imports an object; `undefined` when that is not known of its type. */
export type ImportId = (type: string, attributes: Readonly<Record<string, unknown>>) => string | undefined;

/** Blocks for objects that stay in their state. */
export const movedBlocks = (moves: readonly Misplaced[]): readonly MovedBlock[] =>
  moves.map(({ resource, to }) => ({ from: resource.address, to }));

/**
 * Blocks for the state that is left. Terraform takes no keys in them, so one stands for all instances of a module.
 */
export const removedBlocks = (moves: readonly Misplaced[]): readonly RemovedBlock[] =>
  [...new Set(moves.map(({ resource }) => withoutKeys(resource.address)))].map((from) => ({
    from,
    lifecycle: { destroy: false },
  }));

/** Blocks for the state they come to. @throws Error when an import id is not known */
export const importBlocks = (moves: readonly Misplaced[], importId: ImportId): readonly ImportBlock[] =>
  moves.flatMap(({ resource, to }) =>
    resource.instances.map(({ key, attributes }) => {
      const id = importId(resource.type, attributes);
      if (id === undefined) throw new Error(`${resource.address}: its import id is not known`);
      return { to: `${to}${index(key)}`, id };
    }),
  );

/** Whether every object of a resource can be imported by what its state says. */
export const isImportable = ({ resource }: Misplaced, importId: ImportId): boolean =>
  resource.instances.every(({ attributes }) => importId(resource.type, attributes) !== undefined);

/** An address without the keys of its modules and of itself. */
export const withoutKeys = (address: string): string =>
  address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, "");

/** A string in HCL. */
export const quoted = (text: string): string => JSON.stringify(text).replaceAll(/[$%](?=\{)/g, "$&$&");

/** The index of an instance, as addresses have it. */
export const index = (key: string | number | undefined): string =>
  key === undefined ? "" : `[${typeof key === "number" ? key : quoted(key)}]`;
