import type { Attribute, Block, CtyType } from "./block";

const attribute = (type: CtyType, kind: "optional" | "computed" | "both", sensitive = false): Attribute => ({
  type,
  required: false,
  optional: kind !== "computed",
  computed: kind !== "optional",
  sensitive,
  writeOnly: false,
});

/**
 * Ephemeral resources, which CDKTF's bindings leave out.
 *
 * Source: hashicorp/terraform-provider-aws, website/docs/ephemeral-resources/secretsmanager_random_password.
 */
export const EPHEMERAL: Readonly<Record<string, Block>> = {
  aws_secretsmanager_random_password: {
    attributes: {
      exclude_characters: attribute("string", "optional"),
      exclude_lowercase: attribute("bool", "optional"),
      exclude_numbers: attribute("bool", "optional"),
      exclude_punctuation: attribute("bool", "optional"),
      exclude_uppercase: attribute("bool", "optional"),
      include_space: attribute("bool", "optional"),
      password_length: attribute("number", "optional"),
      random_password: attribute("string", "computed", true),
      region: attribute("string", "both"),
      require_each_included_type: attribute("bool", "optional"),
    },
    blocks: {},
  },
};
