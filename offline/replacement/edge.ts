import { NAMED, type Replacements, stateful, stateless } from "./replacement";

/** CloudFront, certificates, DNS and firewalls. */
export const EDGE: Replacements = {
  aws_acm_certificate: stateless(
    "certificate_authority_arn",
    "domain_name",
    "key_algorithm",
    "subject_alternative_names",
    "validation_method",
    "validation_option",
  ),
  aws_acm_certificate_validation: stateless("certificate_arn", "validation_record_fqdns"),
  aws_cloudfront_distribution: stateful("staging"),
  aws_cloudfront_function: stateless("name"),
  aws_cloudfront_key_value_store: stateful("name"),
  aws_cloudfront_origin_access_control: stateless(),
  aws_cloudfrontkeyvaluestore_key: stateless("key", "key_value_store_arn"),
  aws_route53_record: stateless("name", "zone_id"),
  aws_route53_zone: stateful("delegation_set_id", "name"),
  aws_wafv2_web_acl: stateless(...NAMED, "scope"),
  aws_cloudfront_cache_policy: stateless(),
  aws_cloudfront_monitoring_subscription: stateless("distribution_id"),
  aws_cloudfront_origin_request_policy: stateless(),
  aws_cloudfront_response_headers_policy: stateless(),
  aws_route53_health_check: stateless("reference_name", "type"),
  aws_route53_vpc_association_authorization: stateless("vpc_id", "vpc_region", "zone_id"),
  aws_route53_zone_association: stateless("vpc_id", "vpc_region", "zone_id"),
  aws_wafv2_web_acl_association: stateless("resource_arn", "web_acl_arn"),
  aws_wafv2_web_acl_logging_configuration: stateless("resource_arn"),
};
