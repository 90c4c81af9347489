import type { EdgeFlip } from "../global/edge";

/** How the world reaches the workload. */
export interface WorkloadEdge {
  /** Such as `shop.example.com`. */
  readonly publicName: string;
  /**
   * Name of the public Route 53 zone that holds the public name, such as `example.com`. The records that the public name
   * has there lead to the distribution as soon as the cutover stack is deployed, whichever side is active; as long as
   * they are of another type than those made (an alias: A and AAAA, with `ttlSeconds` a CNAME), Route 53 refuses.
   *
   * @default - DNS is kept elsewhere: the records to make are outputs, and the certificates below are needed
   */
  readonly zone?: string;
  /** What a flip of the edge changes. @default "key-value-store" */
  readonly flip?: EdgeFlip;
  /** ARN of an issued certificate for the public name in us-east-1. @default - one is made, proved by the zone */
  readonly certificateArn?: string;
  /**
   * Seconds that resolvers may keep the public name, as a CNAME. The variable `lower_ttl` brings it down to 60, which
   * must be done 48 hours before the cutover (B1). Not for the zone's own name, which cannot be a CNAME.
   *
   * @default - an alias record, which CloudFront answers with 60 seconds
   */
  readonly ttlSeconds?: number;
  /** Path patterns whose answers CloudFront may keep, as their `Cache-Control` says. @default - none is kept */
  readonly cachedPaths?: readonly string[];
  /** ARN of a WAF web ACL with scope CLOUDFRONT. @default - none */
  readonly webAclArn?: string;
  /** Domain name of a bucket that takes access logs, such as `logs.s3.amazonaws.com`. @default - no access logs */
  readonly accessLogBucket?: string;
  /** Id of a distribution that exists and is managed here from now on. @default - a new one */
  readonly adoptDistribution?: string;
}
