import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { LoadBalancer } from "../../lib/regional/load-balancer";
import type { Network } from "../../lib/regional/network";
import { Service } from "../../lib/regional/service";
import type { RegionScope } from "../../lib/scope/region-scope";

/** What adopts a load balancer with the target group behind it. */
export interface BalancerIds {
  readonly loadBalancer: string;
  readonly listener: string;
  readonly securityGroup: string;
  readonly targetGroup: string;
}

const certificate = (name: string) => `arn:aws:acm:us-east-1:123456789012:certificate/${name}`;

/** A load balancer as somebody made it who knew nothing of us: open to the world, with a time-out of its own. */
export function standingBalancer(scope: RegionScope, network: Network): void {
  const group = new SecurityGroup(scope, "front-group", { name: "front", vpcId: network.vpcId });
  const balancer = new Lb(scope, "front", {
    name: "Front--Door",
    subnets: network.publicSubnetIds,
    securityGroups: [group.id],
    idleTimeout: 300,
  });
  const targets = new LbTargetGroup(scope, "front-targets", {
    name: "front-80",
    vpcId: network.vpcId,
    targetType: "ip",
    protocol: "HTTP",
    port: 80,
  });
  new LbListener(scope, "front-https", {
    loadBalancerArn: balancer.arn,
    port: 443,
    protocol: "HTTPS",
    certificateArn: certificate("front"),
    defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
  });
}

/** The same, taken over with the service behind it. */
export function adoptedBalancer(scope: RegionScope, network: Network, ids: BalancerIds): void {
  const { targetGroup, ...importIds } = ids;
  const loadBalancer = new LoadBalancer(scope, "load-balancer", {
    name: "Front--Door",
    network,
    certificateArn: certificate("origin"),
    importIds,
  });
  const role = "arn:aws:iam::123456789012:role/web";
  new Service(scope, "web", {
    name: "storefront-web",
    network,
    loadBalancer,
    image: "example:1",
    port: 8080,
    healthCheckPath: "/healthz",
    tasks: 2,
    taskRoleArn: role,
    executionRoleArn: role,
    importId: "shop/web",
    targetGroupImportId: targetGroup,
  });
}
