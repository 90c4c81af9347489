/** Where CloudFront and the other global services keep their regional parts, such as certificates. */
export const GLOBAL_REGION = "us-east-1";

/**
 * The resource types that exist once per account, whatever region a provider is configured for.
 *
 * Source: since version 6 the AWS provider gives every regional resource a `region` argument and leaves it out of the
 * global ones (AWS provider documentation, guide "Enhanced Region Support"). This table says the same
 * in words; a test holds it against the installed bindings.
 */
const GLOBAL_SERVICES = [
  "account",
  "bcmdataexports",
  "billing",
  "budgets",
  "ce",
  "cloudfront",
  "cloudfrontkeyvaluestore",
  "costoptimizationhub",
  "cur",
  "globalaccelerator",
  "iam",
  "networkmanager",
  "notifications",
  "notificationscontacts",
  "organizations",
  "route53",
  "route53domains",
  "route53recoverycontrolconfig",
  "route53recoveryreadiness",
  "shield",
  "waf",
];

/** Global types of services that are otherwise regional. */
const GLOBAL_TYPES = new Set([
  "aws_backup_global_settings",
  "aws_chimesdkvoice_global_settings",
  "aws_cloudtrail_organization_delegated_admin_account",
  "aws_dx_gateway",
  "aws_fms_admin_account",
  "aws_ram_sharing_with_organization",
  "aws_s3_account_public_access_block",
  "aws_servicecatalog_organizations_access",
  "aws_vpc_ipam_organization_admin_account",
]);

/** Regional families whose name begins like a global service's. */
const REGIONAL_FAMILIES = ["aws_route53_resolver_"];

/**
 * Regional types that CloudFront reads from us-east-1 only, so that they may stand in the global scope too.
 * Source: CloudFront developer guide, "Requirements for using SSL/TLS certificates with CloudFront".
 */
const CERTIFICATE_TYPES = new Set(["aws_acm_certificate", "aws_acm_certificate_validation"]);

/** Whether a resource of this Terraform type exists once per account. */
export function isGlobalType(type: string): boolean {
  if (REGIONAL_FAMILIES.some((family) => type.startsWith(family))) return false;
  return GLOBAL_TYPES.has(type) || GLOBAL_SERVICES.some((service) => type.startsWith(`aws_${service}_`));
}

/**
 * Whether a regional resource is one of CloudFront's parts in us-east-1.
 *
 * @param wafScope the `scope` argument, which alone tells a web ACL for CloudFront from one for a load balancer
 */
export function isEdgePart(type: string, wafScope: unknown): boolean {
  return CERTIFICATE_TYPES.has(type) || (type.startsWith("aws_wafv2_") && wafScope === "CLOUDFRONT");
}
