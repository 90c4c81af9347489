import {
  CloudfrontDistribution,
  type CloudfrontDistributionOrderedCacheBehavior,
} from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { Construct } from "constructs";
import { CachePolicy } from "./cache-policy";
import { edgeFaults } from "./edge-faults";
import { Router } from "./edge-router";
import { ResponseHeaders } from "./response-headers";

/**
 * Nothing is cached, so nothing that one region answered is served after the other has taken over.
 * Source: CloudFront developer guide, "Use managed cache policies", CachingDisabled.
 */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

/**
 * Every header, cookie and query string reaches the application, `Host` with the public name included.
 * Source: CloudFront developer guide, "Use managed origin request policies", AllViewer.
 */
const ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3";

const READING_METHODS = ["GET", "HEAD", "OPTIONS"];
const ALL_METHODS = [...READING_METHODS, "PUT", "POST", "PATCH", "DELETE"];

/** A region's application as the edge reaches it. */
export interface EdgeOrigin {
  /** Origin id: the region's name. */
  readonly id: string;
  /** A name that the origin's certificate carries. */
  readonly domainName: string;
}

/** What stands before the origins, and which of them answers. */
export interface EdgeProps {
  /** Name of the workload, such as `storefront`. */
  readonly name: string;
  /** The public name, such as `shop.example.com`. No other distribution in AWS may carry it. */
  readonly publicName: string;
  /** ARN of a valid certificate for the public name, in us-east-1. */
  readonly certificateArn: string;
  /** @default - the source is gone: only the target answers */
  readonly source?: EdgeOrigin;
  /** @default - there is no target yet: only the source answers */
  readonly target?: EdgeOrigin;
  /** Origin id of the active side: a Terraform expression that follows the `cutover` variable. */
  readonly active: string;
  /**
   * What a flip changes. `key-value-store`: a key and the router function, within seconds. `distribution`: the
   * distribution's target origin, within minutes, for those who want no function.
   *
   * @default "key-value-store"
   */
  readonly flip?: EdgeFlip;
  /**
   * Path patterns whose answers CloudFront may keep, as their `Cache-Control` says, such as `/assets/*`. What one
   * region answered there is served until it expires, also after the other has taken over. Only reading methods are let
   * through, and no cookie: see `CachePolicy`.
   *
   * @default - none is kept
   */
  readonly cachedPaths?: readonly string[];
  /** ARN of a WAF web ACL with scope CLOUDFRONT. @default - none */
  readonly webAclArn?: string;
  /**
   * Domain name of a bucket that takes access logs, such as `logs.s3.amazonaws.com`. CloudFront writes by an ACL, so
   * the bucket must allow ACLs.
   *
   * @default - no access logs
   */
  readonly accessLogBucket?: string;
  /**
   * Id of a distribution that exists and is managed here from now on; origins, behaviours and settings become those
   * said here, in place.
   *
   * @default - a new one
   */
  readonly importId?: string;
}

/** What a flip of the edge changes, see `EdgeProps.flip`. */
export type EdgeFlip = "key-value-store" | "distribution";

type CommonBehavior = Omit<CloudfrontDistributionOrderedCacheBehavior, "pathPattern" | "allowedMethods">;

/**
 * The distribution in front of both regions.
 *
 * The edge is a switch, never a fence: while it converges, both regions get requests, and the applications find the one
 * writer from either.
 *
 * Answers do not name the origin and carry security headers, see `ResponseHeaders`. There is no origin shield: it would
 * stand in one region, and be in the way when that region is not well.
 *
 * Nothing here holds data, but a distribution that is destroyed gives up the public name.
 *
 * Cost: requests and traffic; the router function runs once a request.
 */
export class Edge extends Construct {
  readonly distributionId: string;
  readonly distributionArn: string;
  /** Host name of the distribution, for the public alias. */
  readonly domainName: string;
  /** Id of CloudFront's own zone, for the public alias. */
  readonly zoneId: string;
  /** @default - the flip changes the distribution itself */
  readonly router?: Router;
  /** Domain name of the bucket with its access logs. @default - no access logs */
  readonly accessLogBucket?: string;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => edgeFaults(this.node.path, props) });
    const origins = [props.source, props.target].filter((origin) => origin !== undefined);
    const { cachedPaths = [] } = props;
    if (props.flip !== "distribution") {
      this.router = new Router(this, "router", {
        name: `${props.name}-router`,
        active: props.active,
        origins: origins.map(({ id: originId }) => originId),
      });
    }
    const headers = new ResponseHeaders(this, "response-headers", { name: `${props.name}-headers` });
    const behavior = {
      // With a router this is only what a distribution must name; the function chooses at every request.
      targetOriginId: this.router ? (origins[0]?.id ?? "") : props.active,
      viewerProtocolPolicy: "redirect-to-https",
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      responseHeadersPolicyId: headers.policyId,
      functionAssociation: this.router
        ? [{ eventType: "viewer-request", functionArn: this.router.functionArn }]
        : undefined,
    };
    const distribution = new CloudfrontDistribution(this, "distribution", {
      comment: props.name,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      aliases: [props.publicName],
      origin: origins.map((origin) => ({
        originId: origin.id,
        domainName: origin.domainName,
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
        },
      })),
      defaultCacheBehavior: {
        ...behavior,
        allowedMethods: ALL_METHODS,
        cachePolicyId: CACHING_DISABLED,
        originRequestPolicyId: ALL_VIEWER,
      },
      orderedCacheBehavior: this.cachedBehaviors(props.name, cachedPaths, behavior),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      webAclId: props.webAclArn,
      loggingConfig:
        props.accessLogBucket === undefined
          ? undefined
          : { bucket: props.accessLogBucket, prefix: `${props.name}/`, includeCookies: false },
      viewerCertificate: {
        acmCertificateArn: props.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    if (props.importId !== undefined) distribution.importFrom(props.importId);
    this.distributionId = distribution.id;
    this.distributionArn = distribution.arn;
    this.domainName = distribution.domainName;
    this.zoneId = distribution.hostedZoneId;
    this.accessLogBucket = props.accessLogBucket;
  }

  private cachedBehaviors(name: string, patterns: readonly string[], behavior: CommonBehavior) {
    if (patterns.length === 0) return undefined;
    const { policyId } = new CachePolicy(this, "cached", { name: `${name}-cached` });
    return patterns.map((pathPattern) => ({
      ...behavior,
      pathPattern,
      allowedMethods: READING_METHODS,
      cachePolicyId: policyId,
    }));
  }
}
