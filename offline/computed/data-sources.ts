import { digestOf, textOf } from "../value";
import { ACCOUNT, always, argument, globalArn, type Made, type Rule, type Rules, uuid } from "./made";
import { zoneIdOf, zonesOf } from "./availability-zones";
import { policyDocument } from "./policy-document";

const json =
  (indent?: number): Rule =>
  (made) =>
    JSON.stringify(policyDocument(made.values), null, indent);

const zoneId = (made: Made): string => {
  const wanted = argument(made, "name").replace(/\.$/, "");
  const managed = made.cloud
    .find("aws_route53_zone")
    .find((zone) => textOf(zone, "name")?.replace(/\.$/, "") === wanted);
  return textOf(managed, "zone_id") ?? `Z${digestOf("zone", wanted).slice(0, 19).toUpperCase()}`;
};

const prefixListId = (made: Made): string =>
  `pl-${digestOf(made.region, argument(made, "name")).slice(0, 8)}`;

/**
 * Ids of CloudFront's managed policies by name.
 *
 * Source: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html,
 * using-managed-origin-request-policies.html and using-managed-response-headers-policies.html
 */
const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  "Managed-CachingDisabled": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  "Managed-CachingOptimized": "658327ea-f89d-4fab-a63d-7e88639e58f6",
  "Managed-AllViewer": "216adef6-5c7f-47e4-b989-5492eafa07d3",
  "Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
  "Managed-SecurityHeadersPolicy": "67f7725c-6f97-4210-82d7-5512b31e9d03",
};
const managedPolicy: Rule = (made) => MANAGED_POLICIES[argument(made, "name")] ?? uuid(made);

/** Results of data sources that tell of AWS itself, or work something out. */
export const DATA_SOURCES: Rules = {
  aws_availability_zones: {
    id: ({ region }) => region,
    names: ({ region }) => zonesOf(region),
    zone_ids: ({ region }) => zonesOf(region).map(zoneIdOf),
    group_names: ({ region }) => [region],
  },
  aws_caller_identity: {
    id: always(ACCOUNT),
    account_id: always(ACCOUNT),
    arn: always(globalArn("iam", "user/offline")),
    user_id: always("AIDAOFFLINE0000000000"),
  },
  aws_cloudfront_cache_policy: { id: managedPolicy },
  aws_cloudfront_origin_request_policy: { id: managedPolicy },
  aws_cloudfront_response_headers_policy: { id: managedPolicy },
  aws_ec2_managed_prefix_list: {
    id: prefixListId,
    arn: (made) => `arn:aws:ec2:${made.region}:aws:prefix-list/${prefixListId(made)}`,
    address_family: always("IPv4"),
    owner_id: always("AWS"),
    max_entries: always(55),
    version: always(1),
  },
  aws_iam_policy_document: {
    id: (made) => String(parseInt(made.digest.slice(0, 8), 16)),
    json: json(2),
    minified_json: json(),
  },
  aws_partition: {
    id: always("aws"),
    partition: always("aws"),
    dns_suffix: always("amazonaws.com"),
    reverse_dns_prefix: always("com.amazonaws"),
  },
  aws_region: {
    id: ({ region }) => region,
    name: ({ region }) => region,
    description: ({ region }) => region,
    endpoint: ({ region }) => `ec2.${region}.amazonaws.com`,
  },
  aws_route53_zone: {
    id: zoneId,
    zone_id: zoneId,
    arn: (made) => `arn:aws:route53:::hostedzone/${zoneId(made)}`,
  },
};
