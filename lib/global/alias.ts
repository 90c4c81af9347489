import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";

/** What a name is an alias for. */
export interface AliasProps {
  readonly zoneId: string;
  /** The name that is answered, such as `shop.example.com`. */
  readonly name: string;
  /** Host name of the load balancer or distribution. */
  readonly targetName: string;
  /** Id of the AWS zone that name stands in. */
  readonly targetZoneId: string;
  /** Whether the target has IPv6 addresses as well. @default false */
  readonly ipv6?: boolean;
  /**
   * Whether records of this name and these types that are there already become these, in place; the plan shows them as
   * new. One of another type, such as a CNAME, has to go first. @default - false: Route 53 refuses to make a second one
   */
  readonly takeOver?: boolean;
}

/**
 * A name that Route 53 answers with the addresses of an AWS resource.
 *
 * An alias has no TTL of its own: Route 53 answers with the target's, 60 seconds for CloudFront and for load balancers.
 *
 * Cost: none; queries for AWS resources are free.
 *
 * Source: Route 53 developer guide, "Choosing between alias and non-alias records".
 */
export class Alias extends Construct {
  constructor(scope: Construct, id: string, props: AliasProps) {
    super(scope, id);
    for (const type of props.ipv6 ? ["A", "AAAA"] : ["A"]) {
      new Route53Record(this, type.toLowerCase(), {
        zoneId: props.zoneId,
        name: props.name,
        type,
        allowOverwrite: props.takeOver,
        // One record a name: there is nothing to fail over to.
        alias: { name: props.targetName, zoneId: props.targetZoneId, evaluateTargetHealth: false },
      });
    }
  }
}
