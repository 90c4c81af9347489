import { CloudfrontCachePolicy } from "@cdktf/provider-aws/lib/cloudfront-cache-policy";
import { Construct } from "constructs";

/** How a policy of cached paths is called. */
export interface CachePolicyProps {
  /** Name of the policy, unique in the account. */
  readonly name: string;
}

const ONE_YEAR_SECONDS = 31_536_000;

/**
 * Lets CloudFront keep answers as their `Cache-Control` says, and those without one not at all.
 *
 * The application sees host, path, query and `Origin` of a request that may be answered from the cache, and nothing
 * else: no cookie and no `Authorization` reaches it, so an answer that is kept cannot be somebody's own.
 *
 * Cost: none.
 *
 * Source: CloudFront developer guide, "Understand cache policies".
 */
export class CachePolicy extends Construct {
  readonly policyId: string;

  constructor(scope: Construct, id: string, props: CachePolicyProps) {
    super(scope, id);
    this.policyId = new CloudfrontCachePolicy(this, "policy", {
      name: props.name,
      comment: "As Cache-Control says",
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: ONE_YEAR_SECONDS,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "whitelist", headers: { items: ["Host", "Origin"] } },
        queryStringsConfig: { queryStringBehavior: "all" },
      },
    }).id;
  }
}
