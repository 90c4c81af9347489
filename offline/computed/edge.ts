import { digestOf, textOf, type Value } from "../value";
import { certificateNames } from "./foreseen";
import {
  ACCOUNT,
  always,
  argument,
  capitals,
  digits,
  globalArn,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  uuid,
} from "./made";

/** Source: docs.aws.amazon.com/general/latest/gr/cf_region.html; the same for every distribution. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

const etag: Rule = (made) => `E${digits(made, "etag", 13).toUpperCase()}`;
const distributionId = (made: Made) => `E${capitals(made, 13)}`;
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
  aws_acm_certificate_validation: { id: () => "2025-01-01 00:00:00 +0000 UTC" },
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
    id: (made) => `Z${capitals(made, 19)}`,
    zone_id: (made) => `Z${capitals(made, 19)}`,
    arn: (made) => `arn:aws:route53:::hostedzone/Z${capitals(made, 19)}`,
    name_servers: () => [
      "ns-1.awsdns-01.com",
      "ns-2.awsdns-02.net",
      "ns-3.awsdns-03.org",
      "ns-4.awsdns-04.co.uk",
    ],
    primary_name_server: always("ns-1.awsdns-01.com"),
  },
  aws_route53_record: { id: recordId, fqdn: recordName },
  aws_wafv2_web_acl: {
    id: uuid,
    arn: (made) => regionalArn("wafv2", made, `global/webacl/${nameOf(made)}/${uuid(made)}`),
    lock_token: (made) => uuid({ ...made, digest: digits(made, "lock", 32) }),
  },
};
