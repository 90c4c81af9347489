import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { Construct } from "constructs";
import { Router } from "./edge-router";

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

const ALL_METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];

/** A region's application as the edge reaches it. */
export interface EdgeOrigin {
  /** Origin id: the region's name. */
  readonly id: string;
  /** A name that the origin's certificate carries. */
  readonly domainName: string;
}

export interface EdgeProps {
  /** Name of the workload, such as `storefront`. */
  readonly name: string;
  /** The public name, such as `shop.example.com`. No other distribution in AWS may carry it. */
  readonly publicName: string;
  /** ARN of a valid certificate for the public name, in us-east-1. */
  readonly certificateArn: string;
  readonly source: EdgeOrigin;
  readonly target: EdgeOrigin;
  /** Origin id of the active side: a Terraform expression that follows the `cutover` variable. */
  readonly active: string;
  /**
   * What a flip changes. `key-value-store`: a key and the router function, within seconds. `distribution`: the
   * distribution's target origin, within minutes, for those who want no function.
   *
   * @default "key-value-store"
   */
  readonly flip?: EdgeFlip;
}

export type EdgeFlip = "key-value-store" | "distribution";

/**
 * The distribution in front of both regions.
 *
 * The edge is a switch, never a fence: while it converges, both regions get requests, and the applications find the one
 * writer from either.
 *
 * Cost: the router function runs once a request.
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

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    if (props.flip !== "distribution") {
      this.router = new Router(this, "router", {
        name: `${props.name}-router`,
        active: props.active,
        origins: [props.source.id, props.target.id],
      });
    }
    const distribution = new CloudfrontDistribution(this, "distribution", {
      comment: props.name,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      aliases: [props.publicName],
      origin: [props.source, props.target].map((origin) => ({
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
        // With a router this is only what a distribution must name; the function chooses at every request.
        targetOriginId: this.router ? props.source.id : props.active,
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ALL_METHODS,
        cachedMethods: ["GET", "HEAD"],
        cachePolicyId: CACHING_DISABLED,
        originRequestPolicyId: ALL_VIEWER,
        compress: true,
        functionAssociation: this.router
          ? [{ eventType: "viewer-request", functionArn: this.router.functionArn }]
          : undefined,
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: props.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    this.distributionId = distribution.id;
    this.distributionArn = distribution.arn;
    this.domainName = distribution.domainName;
    this.zoneId = distribution.hostedZoneId;
  }
}
