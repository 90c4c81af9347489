import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { TerraformCount } from "cdktf";
import { Construct } from "constructs";

/** Where late visitors are sent, and from which listener. */
export interface LateTrafficProps {
  /**
   * Listener of the source's load balancer, on port 443 or 80; one of these constructs for each. Its rules must leave
   * priority 1 free: AWS refuses a second rule with one priority in the middle of the apply.
   */
  readonly listenerArn: string;
  /** Where late visitors are sent. */
  readonly publicName: string;
  /** None before the source is retired, one after. */
  readonly count: TerraformCount;
}

/** How long the source's load balancer should stay, in days: what keeps an address longer ignores its TTL. */
const KEEP_DAYS = 30;
const UNTIL = "relocate:until";

/**
 * Sends whoever still reaches the source's load balancer to the public name, path and query kept, before any other
 * rule.
 *
 * A load balancer redirects by 301 or 302 only. Browsers keep a 301 for good, hence 302. After either a client repeats
 * a POST as a GET: it is for visitors, not for writes, which is why it may start only when the edge has long left the
 * source. A visitor whose resolver still gives the load balancer's address for the public name itself is sent in a
 * circle until the resolver asks again.
 *
 * Nothing ends it by itself; the tag `relocate:until` says from which day on the load balancer may be deleted.
 *
 * Cost: the load balancer stays, by the hour.
 *
 * Sources: Elastic Load Balancing user guide, "Redirect actions"; RFC 9110, section 15.4.3.
 */
export class LateTraffic extends Construct {
  /** Expression for the day, such as `2030-01-31`, from which on the load balancer may go; empty before there is one. */
  readonly until: string;

  constructor(scope: Construct, id: string, props: LateTrafficProps) {
    super(scope, id);
    const rule = new LbListenerRule(this, "redirect", {
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
      // Counted from the day the rule is made, and left alone from then on.
      tags: { [UNTIL]: `\${formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "${KEEP_DAYS * 24}h"))}` },
      lifecycle: { ignoreChanges: [`tags["${UNTIL}"]`] },
    });
    this.until = `\${one(aws_lb_listener_rule.${rule.friendlyUniqueId}[*].tags["${UNTIL}"])}`;
  }
}
