import { Eip } from "@cdktf/provider-aws/lib/eip";
import type { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { ZoneImportIds } from "./network-adoption";

/** The destination that is everywhere. */
export const ANYWHERE = "0.0.0.0/0";

/** Private subnets take the first half of the block in sixteenths, public ones 256ths near its end. */
const PUBLIC_BLOCKS_FROM = 240;

export interface NetworkZoneProps {
  /** Prefix of the names shown in the console. */
  readonly name: string;
  readonly cidr: string;
  /** Position among the network's zones, from 0. */
  readonly index: number;
  readonly letter: string;
  readonly availabilityZone: string;
  readonly vpcId: string;
  readonly internetGateway: InternetGateway;
  readonly publicRoutes: RouteTable;
  readonly publicDefault: Route;
  /** Attributes that subnets keep, whatever the code says. */
  readonly keptAttributes: string[];
  /** @default - all new */
  readonly importIds?: ZoneImportIds;
  /** Id of the public route table that is adopted. @default - a new one */
  readonly publicRouteTableImportId?: string;
}

/** One availability zone of a network: a public subnet, and a private one that reaches out by a NAT gateway of its own. */
export class NetworkZone extends Construct {
  readonly publicSubnetId: string;
  readonly privateSubnetId: string;
  readonly privateRouteTableId: string;
  /** The address that whatever stands in the private subnet calls out from. */
  readonly egressAddress: string;

  constructor(scope: Construct, id: string, props: NetworkZoneProps) {
    super(scope, id);
    const { name, letter, index, vpcId, importIds } = props;
    const subnet = (kind: "public" | "private", newBits: number, number: number) =>
      new Subnet(this, `${kind}-subnet`, {
        vpcId,
        availabilityZone: props.availabilityZone,
        cidrBlock: Fn.cidrsubnet(props.cidr, newBits, number),
        lifecycle: props.keptAttributes.length > 0 ? { ignoreChanges: props.keptAttributes } : undefined,
        tags: { Name: `${name}-${kind}-${letter}` },
      });
    const publicSubnet = subnet("public", 8, PUBLIC_BLOCKS_FROM + index);
    const privateSubnet = subnet("private", 4, index);
    const address = new Eip(this, "nat-address", {
      domain: "vpc",
      tags: { Name: `${name}-nat-${letter}` },
    });
    const nat = new NatGateway(this, "nat", {
      allocationId: address.id,
      subnetId: publicSubnet.id,
      tags: { Name: `${name}-${letter}` },
      // A NAT gateway refuses to start in a VPC whose internet gateway is not attached yet.
      dependsOn: [props.internetGateway],
    });
    const privateRoutes = new RouteTable(this, "private-routes", {
      vpcId,
      tags: { Name: `${name}-private-${letter}` },
    });
    const privateDefault = new Route(this, "private-default", {
      routeTableId: privateRoutes.id,
      destinationCidrBlock: ANYWHERE,
      natGatewayId: nat.id,
    });
    const publicWay = routed(
      this,
      "public-association",
      publicSubnet,
      props.publicRoutes,
      props.publicDefault,
    );
    const privateWay = routed(this, "private-association", privateSubnet, privateRoutes, privateDefault);
    if (importIds) {
      publicSubnet.importFrom(importIds.publicSubnet);
      privateSubnet.importFrom(importIds.privateSubnet);
      address.importFrom(importIds.natAddress);
      nat.importFrom(importIds.natGateway);
      privateRoutes.importFrom(importIds.privateRouteTable);
      privateDefault.importFrom(`${importIds.privateRouteTable}_${ANYWHERE}`);
      privateWay.importFrom(`${importIds.privateSubnet}/${importIds.privateRouteTable}`);
      publicWay.importFrom(`${importIds.publicSubnet}/${props.publicRouteTableImportId}`);
    }
    this.publicSubnetId = publicWay.subnetId;
    this.privateSubnetId = privateWay.subnetId;
    this.privateRouteTableId = privateRoutes.id;
    this.egressAddress = address.publicIp;
  }
}

/**
 * Gives a subnet its routes.
 *
 * Its id is to be read from the association: whoever stands in the subnet is then made after its way out, and goes before
 * it. AWS refuses a public load balancer while there is no internet gateway, and a task that cannot pull its image counts
 * as a failed deployment.
 */
function routed(scope: Construct, id: string, subnet: Subnet, routes: RouteTable, wayOut: Route) {
  return new RouteTableAssociation(scope, id, {
    subnetId: subnet.id,
    routeTableId: routes.id,
    dependsOn: [wayOut],
  });
}
