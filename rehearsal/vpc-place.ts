import { z } from "zod";
import type { VpcPlace } from "./place";
import { regionOf, resources, type States } from "./state";

const subnet = z.object({ id: z.string(), arn: z.string(), vpc_id: z.string() });

/**
 * The place of something in a VPC, by its subnets.
 *
 * @param at `<stack>: <Terraform address>` of that something
 */
export function locate(
  states: States,
  at: string,
  subnetIds: readonly string[],
  securityGroupIds: readonly string[],
): VpcPlace {
  const own = resources(states, "aws_subnet", subnet).filter((it) => subnetIds.includes(it.values.id));
  const [vpcId, another] = new Set(own.map((it) => it.values.vpc_id));
  if (!own[0] || !vpcId || another || own.length < subnetIds.length) {
    const found = subnetIds.join(", ") || "none";
    throw new Error(`${at}: expected its subnets in one VPC of the applied state, found ${found}`);
  }
  return { region: regionOf(own[0].values.arn), vpcId, subnetIds, securityGroupIds, label: at };
}
