import { CloudfrontResponseHeadersPolicy } from "@cdktf/provider-aws/lib/cloudfront-response-headers-policy";
import { Construct } from "constructs";

/** How a policy of response headers is called. */
export interface ResponseHeadersProps {
  /** Name of the policy, unique in the account. */
  readonly name: string;
}

/**
 * Headers that tell what stands behind the edge. CloudFront puts its own `Server` in the place of one that is removed;
 * its own `Via`, `X-Cache` and `X-Amz-Cf-...` cannot be removed, and name no region of ours.
 */
const TELLTALE = ["Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Amzn-Trace-Id"];

const ONE_YEAR_SECONDS = 31_536_000;

/**
 * What CloudFront takes from and adds to every answer: nothing names the origin, and browsers are told to keep to
 * HTTPS, not to guess content types, not to show the site in another's frame, and not to tell others which page they
 * come from.
 *
 * An application that sends one of the added headers itself keeps its own. HSTS holds for this name alone: subdomains
 * may have reasons of their own, and nobody should be put on a preload list by a default.
 *
 * Cost: none.
 *
 * Source: CloudFront developer guide, "Understand response headers policies".
 */
export class ResponseHeaders extends Construct {
  readonly policyId: string;

  constructor(scope: Construct, id: string, props: ResponseHeadersProps) {
    super(scope, id);
    this.policyId = new CloudfrontResponseHeadersPolicy(this, "policy", {
      name: props.name,
      comment: "Hides the origin, adds security headers",
      removeHeadersConfig: { items: TELLTALE.map((header) => ({ header })) },
      securityHeadersConfig: {
        strictTransportSecurity: { accessControlMaxAgeSec: ONE_YEAR_SECONDS, override: false },
        // Has no value but "nosniff", so there is nothing to keep.
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "SAMEORIGIN", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
      },
    }).id;
  }
}
