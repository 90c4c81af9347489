import { digestOf, textOf, type Value } from "../value";
import { certificateNames } from "./foreseen";
import {
  ACCOUNT,
  always,
  argument,
  capitals,
  digits,
  globalArn,
  idOr,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
  uuid,
} from "./made";

/** Source: docs.aws.amazon.com/general/latest/gr/cf_region.html; the same for every distribution. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

const etag: Rule = (made) => `E${digits(made, "etag", 13).toUpperCase()}`;
const distributionId = (made: Made) => textOf(made.values, "id") ?? `E${capitals(made, 13)}`;
const zoneId = (made: Made) => textOf(made.values, "id") ?? `Z${capitals(made, 19)}`;
const policy = (kind: string): Rules[string] => ({
  id: uuid,
  arn: (made) => globalArn("cloudfront", `${kind}/${idOr(uuid)(made)}`),
  etag,
});
const certificateArn: Rule = (made) => regionalArn("acm", made, `certificate/${uuid(made)}`);
const storeArn: Rule = (made) => globalArn("cloudfront", `key-value-store/${uuid(made)}`);

/** One record per name; a wildcard is proven by the same record as the name it stands below. */
function validationOptions(made: Made): Value {
  return (certificateNames(made.values) ?? []).map((name) => {
    const base = name.replace(/^\*\./, "");
    // An account proves a name by the same record every time and in every region.
    const proof = (part: string) => digestOf(ACCOUNT, base, part).slice(0, 32);
    return {
      domain_name: name,
      resource_record_name: `_${proof("name")}.${base}.`,
      resource_record_type: "CNAME",
      resource_record_value: `_${proof("value")}.${proof("zone").slice(0, 10)}.acm-validations.aws.`,
    };
  });
}

function recordName(made: Made): string {
  const zones = [...made.cloud.find("aws_route53_zone"), ...made.cloud.find("data.aws_route53_zone")];
  const zone = textOf(
    zones.find((one) => one.zone_id === made.values.zone_id),
    "name",
  )?.replace(/\.$/, "");
  const name = argument(made, "name").replace(/\.$/, "").toLowerCase();
  if (zone === undefined || name === zone || name.endsWith(`.${zone}`)) return name;
  return name === "" ? zone : `${name}.${zone}`;
}

function recordId(made: Made): string {
  const set = argument(made, "set_identifier");
  const parts = [
    argument(made, "zone_id"),
    argument(made, "name").toLowerCase(),
    argument(made, "type"),
    set,
  ];
  return parts.filter((part) => part !== "").join("_");
}

/** CloudFront, its functions and stores, certificates and DNS. */
export const EDGE: Rules = {
  aws_acm_certificate: {
    id: certificateArn,
    arn: certificateArn,
    domain_validation_options: validationOptions,
    subject_alternative_names: (made) => certificateNames(made.values) ?? [],
    key_algorithm: always("RSA_2048"),
    renewal_eligibility: always("INELIGIBLE"),
    status: always("PENDING_VALIDATION"),
    type: always("AMAZON_ISSUED"),
  },
  // When it was issued, to the nanosecond.
  aws_acm_certificate_validation: {
    id: (made) => `2025-01-01 00:00:00.${Number.parseInt(made.digest.slice(0, 7), 16)} +0000 UTC`,
  },
  aws_cloudfront_distribution: {
    id: distributionId,
    arn: (made) => globalArn("cloudfront", `distribution/${distributionId(made)}`),
    domain_name: (made) => `d${made.digest.slice(0, 13)}.cloudfront.net`,
    hosted_zone_id: always(CLOUDFRONT_ZONE),
    status: always("Deployed"),
    caller_reference: (made) => `terraform-${made.digest.slice(0, 26)}`,
    etag,
    trusted_key_groups: always([{ enabled: false, items: [] }]),
    trusted_signers: always([{ enabled: false, items: [] }]),
  },
  aws_cloudfront_cache_policy: policy("cache-policy"),
  aws_cloudfront_origin_request_policy: policy("origin-request-policy"),
  aws_cloudfront_response_headers_policy: policy("response-headers-policy"),
  aws_cloudfront_monitoring_subscription: { id: sameAs("distribution_id") },
  aws_cloudfront_function: {
    id: nameOf,
    arn: (made) => globalArn("cloudfront", `function/${nameOf(made)}`),
    etag,
    live_stage_etag: etag,
    status: always("UNASSOCIATED"),
  },
  aws_cloudfront_key_value_store: { id: uuid, arn: storeArn, etag },
  aws_cloudfrontkeyvaluestore_key: {
    id: (made) => `${argument(made, "key_value_store_arn")},${argument(made, "key")}`,
    total_size_in_bytes: (made) => argument(made, "key").length + argument(made, "value").length,
  },
  aws_cloudfront_origin_access_control: {
    id: distributionId,
    arn: (made) => globalArn("cloudfront", `origin-access-control/${distributionId(made)}`),
    etag,
  },
  aws_route53_zone: {
    id: zoneId,
    zone_id: zoneId,
    arn: (made) => `arn:aws:route53:::hostedzone/${zoneId(made)}`,
    name_servers: () => [
      "ns-1.awsdns-01.com",
      "ns-2.awsdns-02.net",
      "ns-3.awsdns-03.org",
      "ns-4.awsdns-04.co.uk",
    ],
    primary_name_server: always("ns-1.awsdns-01.com"),
  },
  aws_route53_zone_association: {
    id: (made) =>
      [argument(made, "zone_id"), argument(made, "vpc_id"), argument(made, "vpc_region")]
        .filter((part) => part !== "")
        .join(":"),
    owning_account: always(ACCOUNT),
    vpc_region: ({ region }) => region,
  },
  aws_route53_vpc_association_authorization: {
    id: (made) => `${argument(made, "zone_id")}:${argument(made, "vpc_id")}`,
    vpc_region: ({ region }) => region,
  },
  aws_route53_health_check: {
    id: uuid,
    arn: (made) => `arn:aws:route53:::healthcheck/${idOr(uuid)(made)}`,
  },
  aws_route53_record: { id: recordId, fqdn: recordName },
  aws_wafv2_web_acl: {
    id: uuid,
    arn: (made) => {
      const kind = argument(made, "scope") === "CLOUDFRONT" ? "global" : "regional";
      return regionalArn("wafv2", made, `${kind}/webacl/${nameOf(made)}/${uuid(made)}`);
    },
    capacity: always(1),
    lock_token: (made) => uuid({ ...made, digest: digits(made, "lock", 32) }),
  },
  aws_wafv2_web_acl_association: {
    id: (made) => `${argument(made, "web_acl_arn")},${argument(made, "resource_arn")}`,
  },
  aws_wafv2_web_acl_logging_configuration: { id: sameAs("resource_arn") },
};
