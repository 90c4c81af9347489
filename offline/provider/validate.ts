import { mapAttributes } from "../block-value";
import type { Diagnostic } from "../protocol/messages";
import type { Block } from "../schema/block";
import type { ObjectValue } from "../value";

/** Refuses values for what AWS decides alone: Terraform core leaves that check to the provider. */
export function refuseDecidedByAws(block: Block, config: ObjectValue): Diagnostic[] {
  const findings: Diagnostic[] = [];
  mapAttributes(block, config, (attribute, value, place) => {
    if (value !== null && attribute.computed && !attribute.optional && !attribute.required) {
      findings.push({
        severity: "ERROR",
        summary: "Value for unconfigurable attribute",
        detail: `"${place.join(".")}" is a result: AWS decides it. Remove it from the configuration.`,
        attribute: {
          steps: place.map((step) =>
            typeof step === "number" ? { element_key_int: step } : { attribute_name: step },
          ),
        },
      });
    }
    return value;
  });
  return findings;
}
