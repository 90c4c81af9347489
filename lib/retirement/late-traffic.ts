import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { TerraformCount } from "cdktf";
import { Construct } from "constructs";

export interface LateTrafficProps {
  /** HTTPS listener of the source's load balancer. */
  readonly listenerArn: string;
  /** Where late visitors are sent. */
  readonly publicName: string;
  /** None before the source is retired, one after. */
  readonly count: TerraformCount;
}

/**
 * Sends whoever still reaches the source's load balancer to the public name, path and query kept.
 *
 * A load balancer redirects by 301 or 302 only, and clients repeat a POST as a GET after either: it is for visitors, not
 * for writes, which is why it may start only when the edge has long left the source.
 */
export class LateTraffic extends Construct {
  constructor(scope: Construct, id: string, props: LateTrafficProps) {
    super(scope, id);
    new LbListenerRule(this, "redirect", {
      count: props.count,
      listenerArn: props.listenerArn,
      priority: 1,
      condition: [{ pathPattern: { values: ["/*"] } }],
      action: [
        {
          type: "redirect",
          redirect: {
            host: props.publicName,
            protocol: "HTTPS",
            port: "443",
            path: "/#{path}",
            query: "#{query}",
            statusCode: "HTTP_302",
          },
        },
      ],
    });
  }
}
