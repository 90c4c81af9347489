import { DataAwsNatGateway } from "@cdktf/provider-aws/lib/data-aws-nat-gateway";
import { DataAwsNatGateways } from "@cdktf/provider-aws/lib/data-aws-nat-gateways";
import { DataAwsRouteTable } from "@cdktf/provider-aws/lib/data-aws-route-table";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { TerraformIterator, Token } from "cdktf";
import { Construct } from "constructs";
import type { INetwork } from "./network";

/** A network that is managed elsewhere. */
export interface ExistingNetworkProps {
  readonly vpcId: string;
  /** Subnets with a route to the internet gateway, in two zones or more. @default - none: no load balancer is made in it */
  readonly publicSubnetIds?: string[];
  /** Subnets that reach out through NAT, in two zones or more. */
  readonly privateSubnetIds: string[];
  /**
   * Route tables of the private subnets, each once.
   *
   * @default - read, one for each private subnet. Name them where subnets share one, or have none but the VPC's main one
   */
  readonly privateRouteTableIds?: string[];
  /** Security group of the load balancers in it. */
  readonly loadBalancerSecurityGroupId: string;
  /** Addresses that the private subnets call out from. @default - read: those of the VPC's public NAT gateways */
  readonly egressAddresses?: string[];
}

/** Reads from AWS what can be read of a network that is managed elsewhere, and takes the rest as it is given. */
export function existingNetwork(scope: Construct, id: string, props: ExistingNetworkProps): INetwork {
  const below = new Construct(scope, id);
  return {
    vpcId: props.vpcId,
    cidr: new DataAwsVpc(below, "vpc", { id: props.vpcId }).cidrBlock,
    publicSubnetIds: props.publicSubnetIds ?? [],
    privateSubnetIds: props.privateSubnetIds,
    privateRouteTableIds: props.privateRouteTableIds ?? routeTables(below, props.privateSubnetIds),
    loadBalancerSecurityGroupId: props.loadBalancerSecurityGroupId,
    egressAddresses: props.egressAddresses ?? natAddresses(below, props.vpcId),
  };
}

/** A peering adds one route a table, and AWS refuses the same route twice: a shared table must not be met twice. */
function routeTables(scope: Construct, subnetIds: string[]): string[] {
  const met: DataAwsRouteTable[] = [];
  subnetIds.forEach((subnetId, index) => {
    const table = new DataAwsRouteTable(scope, `routes-${index}`, { subnetId });
    if (met.length > 0) table.lifecycle = { postcondition: [differsFrom(met)] };
    met.push(table);
  });
  return met.map(({ routeTableId }) => routeTableId);
}

function differsFrom(tables: readonly DataAwsRouteTable[]) {
  const ids = tables.map((table) => `data.aws_route_table.${table.friendlyUniqueId}.route_table_id`);
  return {
    condition: `\${!contains([${ids.join(", ")}], self.route_table_id)}`,
    errorMessage:
      "This private subnet shares its route table with another one, expected each to have its own. " +
      'Fix: name the tables in "privateRouteTableIds", each once.',
  };
}

/** EC2 filters NAT gateways by no kind, so the private ones are found too; they have no public address. */
function natAddresses(scope: Construct, vpcId: string): string[] {
  const { ids } = new DataAwsNatGateways(scope, "nats", {
    vpcId,
    filter: [{ name: "state", values: ["available"] }],
  });
  const each = TerraformIterator.fromList(ids);
  const nat = new DataAwsNatGateway(scope, "nat", { forEach: each, id: Token.asString(each.value) });
  return Token.asList(`\${compact(values(data.aws_nat_gateway.${nat.friendlyUniqueId})[*].public_ip)}`);
}
