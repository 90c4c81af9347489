/** A type as Terraform writes it in JSON. `dynamic` stands for "any type". */
export type CtyType =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list" | "set" | "map", CtyType]
  | readonly ["object", Readonly<Record<string, CtyType>>];

/** How often and in which order a nested block may stand in its parent. */
export type Nesting = "single" | "list" | "set" | "map";

/** One argument or result of a block. */
export interface Attribute {
  readonly type: CtyType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  /** Shown as "(sensitive value)" in plans. */
  readonly sensitive: boolean;
  /** Accepted in configuration, null in every plan and state. */
  readonly writeOnly: boolean;
  /** What it is worth when it is left out. @default - the stand-in makes a value up when it is computed, or null */
  readonly default?: string | number | boolean;
}

/** A kind of block inside another block. */
export interface NestedBlock {
  readonly nesting: Nesting;
  readonly minItems: number;
  /** 0 for no limit. */
  readonly maxItems: number;
  readonly block: Block;
}

/** The shape of a resource, a data source, a provider configuration, or a block in one of them. */
export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

function typeHoldsDynamic(type: CtyType): boolean {
  if (typeof type === "string") return type === "dynamic";
  return type[0] === "object" ? Object.values(type[1]).some(typeHoldsDynamic) : typeHoldsDynamic(type[1]);
}

const known = new WeakMap<Block, boolean>();

/**
 * Whether a value of "any type" stands somewhere in the block. Terraform sends a list of such blocks as one opaque
 * value that carries its own type, so the stand-in must pass it through as it came.
 */
export function holdsDynamic(block: Block): boolean {
  const answer =
    known.get(block) ??
    (Object.values(block.attributes).some(({ type }) => typeHoldsDynamic(type)) ||
      Object.values(block.blocks).some((nested) => holdsDynamic(nested.block)));
  known.set(block, answer);
  return answer;
}
