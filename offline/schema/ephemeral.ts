import type { Attribute, Block, CtyType } from "./block";

type Kind = "required" | "optional" | "computed" | "both";

const attribute = (type: CtyType, kind: Kind, sensitive = false): Attribute => ({
  type,
  required: kind === "required",
  optional: kind === "optional" || kind === "both",
  computed: kind === "computed" || kind === "both",
  sensitive,
  writeOnly: false,
});

/**
 * Ephemeral resources, which CDKTF's bindings leave out.
 *
 * Source: hashicorp/terraform-provider-aws, website/docs/ephemeral-resources and
 * internal/service/secretsmanager/{random_password,secret_version}_ephemeral.go.
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
  aws_secretsmanager_secret_version: {
    attributes: {
      arn: attribute("string", "computed"),
      created_date: attribute("string", "computed"),
      region: attribute("string", "both"),
      secret_binary: attribute("string", "computed", true),
      secret_id: attribute("string", "required"),
      secret_string: attribute("string", "computed", true),
      version_id: attribute("string", "both"),
      version_stage: attribute("string", "both"),
      version_stages: attribute(["list", "string"], "computed"),
    },
    blocks: {},
  },
};
