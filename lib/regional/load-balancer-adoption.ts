/** Ids of a load balancer that exists and is managed here from now on. */
export interface LoadBalancerImportIds {
  /** ARN of an internet-facing application load balancer; it keeps its name and its address. */
  readonly loadBalancer: string;
  /** ARN of its HTTPS listener on port 443, whose rules with a priority above 100 are left to the services here. */
  readonly listener: string;
  /**
   * One of the groups on it, such as `sg-0123456789abcdef0`, that rules to the tasks are added to. The groups themselves
   * stay as they are; one of them must let CloudFront in on 443.
   */
  readonly securityGroup: string;
}

/**
 * What an adopted load balancer keeps, whatever the code says: who reaches it today must reach it afterwards.
 *
 * The last four have defaults in the provider, which would be set although nothing here asks for them.
 * Source: hashicorp/terraform-provider-aws, internal/service/elbv2/load_balancer.go.
 */
export const KEPT_OF_LOAD_BALANCER = [
  "security_groups",
  "subnets",
  "client_keep_alive",
  "idle_timeout",
  "preserve_host_header",
  "xff_header_processing_mode",
];

/** Today's visitors are answered by the one, and shown the other. */
export const KEPT_OF_LISTENER = ["certificate_arn", "default_action"];

/** ECS registers tasks with a port of their own; a change of any would replace the group. */
export const KEPT_OF_TARGET_GROUP = ["port", "protocol", "protocol_version"];

/** Name of the load balancer with an ARN such as `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/1a2b`. */
export const nameOfLoadBalancer = (arn: string): string => arn.split("/")[2] ?? "";

/** Name of the target group with an ARN such as `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-web/1a2b`. */
export const nameOfTargetGroup = (arn: string): string => arn.split("/")[1] ?? "";
