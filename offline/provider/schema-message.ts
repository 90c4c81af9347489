import type { BlockMessage, SchemaMessage } from "../protocol/messages";
import type { Block, Nesting } from "../schema/block";

const NESTING = { single: "SINGLE", list: "LIST", set: "SET", map: "MAP" } as const satisfies Record<
  Nesting,
  string
>;

function blockMessage(block: Block): BlockMessage {
  return {
    attributes: Object.entries(block.attributes).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(attribute.type)),
      required: attribute.required,
      optional: attribute.optional,
      computed: attribute.computed,
      sensitive: attribute.sensitive,
      write_only: attribute.writeOnly,
    })),
    block_types: Object.entries(block.blocks).map(([name, nested]) => ({
      type_name: name,
      block: blockMessage(nested.block),
      nesting: NESTING[nested.nesting],
      min_items: nested.minItems,
      max_items: nested.maxItems,
    })),
  };
}

/**
 * A schema as the protocol spells it.
 *
 * @param version Terraform refuses a state of a newer one. @default 0
 */
export const schemaMessage = (block: Block, version = 0): SchemaMessage => ({
  version,
  block: blockMessage(block),
});
