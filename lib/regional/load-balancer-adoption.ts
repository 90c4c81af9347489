import { fault, fits, unless } from "../workload/fault";

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

/**
 * @param path where the ids are written
 * @param region code of the region that they are to be of
 * @returns what is wrong with the ids; empty when nothing is
 */
export function loadBalancerFaults(path: string, ids: LoadBalancerImportIds, region: string): string[] {
  const arn = `arn:aws:elasticloadbalancing:${region}:\\d{12}`;
  const which = ids.loadBalancer.split("loadbalancer/")[1];
  const check = (field: keyof LoadBalancerImportIds, form: string, expected: string) =>
    unless(
      fits(new RegExp(`^${form}$`), ids[field]),
      fault(`${path}.${field}`, `"${ids[field]}"`, expected, "write it as AWS shows it"),
    );
  return [
    ...check(
      "loadBalancer",
      `${arn}:loadbalancer/app/[^/]+/[0-9a-f]+`,
      `the ARN of an application load balancer in ${region}`,
    ),
    ...check("listener", `${arn}:listener/${which}/[0-9a-f]+`, "the ARN of a listener of that load balancer"),
    ...check("securityGroup", "sg-[0-9a-f]+", "the id of a security group"),
  ];
}

/**
 * @param path where the ARN is written
 * @returns what is wrong with the ARN of an adopted target group; empty when nothing is
 */
export function targetGroupFaults(path: string, arn: string, region: string): string[] {
  return unless(
    fits(new RegExp(`^arn:aws:elasticloadbalancing:${region}:\\d{12}:targetgroup/[^/]+/[0-9a-f]+$`), arn),
    fault(path, `"${arn}"`, `the ARN of a target group in ${region}`, "write it as AWS shows it"),
  );
}

/** Name of the load balancer with an ARN such as `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/1a2b`. */
export const nameOfLoadBalancer = (arn: string): string => arn.split("/")[2] ?? "";

/** Name of the target group with an ARN such as `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-web/1a2b`. */
export const nameOfTargetGroup = (arn: string): string => arn.split("/")[1] ?? "";
