import { type ObjectValue, textOf, UNKNOWN, type Value } from "../value";

type Foresight = (config: ObjectValue) => Value | undefined;

/** Names of a certificate, once each; undefined while one of them is unknown. */
export function certificateNames(config: ObjectValue): string[] | undefined {
  const others = config.subject_alternative_names ?? [];
  const names = [textOf(config, "domain_name"), ...(Array.isArray(others) ? others : [undefined])];
  const known = names.filter((name) => typeof name === "string");
  return known.length === names.length ? [...new Set(known)] : undefined;
}

/**
 * Results that the AWS provider knows in part at plan time already, so that configurations can count on it: one
 * validation record per name of a certificate is what makes `for_each` over the options possible.
 *
 * Source: hashicorp/terraform-provider-aws, website/docs/r/acm_certificate, "Referencing domain_validation_options With
 * for_each Based Resources".
 */
export const FORESEEN: Readonly<Record<string, Readonly<Record<string, Foresight>>>> = {
  aws_acm_certificate: {
    domain_validation_options: (config) =>
      certificateNames(config)?.map((name) => ({
        domain_name: name,
        resource_record_name: UNKNOWN,
        resource_record_type: UNKNOWN,
        resource_record_value: UNKNOWN,
      })),
  },
};

/**
 * Results that an update decides anew, by the arguments whose change does so; any other result stays as it was made.
 *
 * Source: hashicorp/terraform-provider-aws, `ComputedIf` and `SetNewComputed` in internal/service/<service>.
 */
export const RENEWED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aws_cloudformation_stack: { outputs: ["parameters", "template_body", "template_url"] },
};
