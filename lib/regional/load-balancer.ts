import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import { limitName } from "./name-limit";
import type { INetwork } from "./network";

export interface LoadBalancerProps {
  /** Name of the load balancer; the target group's is this one with the port behind it. */
  readonly name: string;
  readonly network: INetwork;
  /** Port the tasks listen on, without TLS: that ends here, and the way on stays inside the VPC. */
  readonly port: number;
  readonly healthCheckPath: string;
  /** ARN of the issued certificate for the origin's name, in this region. */
  readonly certificateArn: string;
}

/** AWS takes 32 characters; a hyphen and a port of five digits must fit behind the name. */
const LONGEST_NAME = 26;

/**
 * A load balancer that answers HTTPS from CloudFront and hands requests to the tasks that are healthy.
 *
 * CloudFront's addresses are shared by all of its customers: somebody who knows the origin's name can reach it through a
 * distribution of their own, past the router and any firewall of yours. Applications must not take "came through
 * CloudFront" for "is allowed".
 */
export class LoadBalancer extends Construct {
  readonly dnsName: string;
  readonly zoneId: string;
  readonly targetGroupArn: string;
  readonly listener: LbListener;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "load balancer",
      longest: LONGEST_NAME,
      form: /^(?!internal-)[a-zA-Z0-9](-?[a-zA-Z0-9])*$/,
      formInWords:
        'letters, digits and single hyphens, first and last no hyphen, not beginning with "internal-"',
    });
    const balancer = new Lb(this, "balancer", {
      name: props.name,
      loadBalancerType: "application",
      internal: false,
      subnets: props.network.publicSubnetIds,
      securityGroups: [props.network.loadBalancerSecurityGroupId],
      dropInvalidHeaderFields: true,
    });
    const targets = new LbTargetGroup(this, "targets", {
      // The port stands in the name because changing it replaces the group, while the listener still holds the old one.
      name: `${props.name}-${props.port}`,
      vpcId: props.network.vpcId,
      targetType: "ip",
      protocol: "HTTP",
      port: props.port,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      // Seconds a task that is going away may finish its requests; AWS's default of 300 makes every deployment wait.
      deregistrationDelay: "30",
      healthCheck: {
        path: props.healthCheckPath,
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      lifecycle: { createBeforeDestroy: true },
    });
    this.listener = new LbListener(this, "https", {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: props.certificateArn,
      defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
    });
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.targetGroupArn = targets.arn;
  }
}
