import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DataAwsEc2ManagedPrefixList } from "@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { networkBlockFault } from "./network-block";
import { tcpPort } from "./tcp-port";

/** A network of one region. An existing one is described by writing these fields down. */
export interface INetwork {
  readonly vpcId: string;
  /** The VPC's IPv4 block, such as `10.10.0.0/16`. Must not overlap the other region's. */
  readonly cidr: string;
  /** Subnets with a route to the internet gateway: load balancers only. */
  readonly publicSubnetIds: string[];
  /** Subnets that reach out through NAT: tasks and databases. */
  readonly privateSubnetIds: string[];
  /** Route tables of the private subnets; the peering adds its routes here. */
  readonly privateRouteTableIds: string[];
  /** Security group of load balancers: lets in nobody but CloudFront, on 443. */
  readonly loadBalancerSecurityGroupId: string;
}

export interface NetworkProps {
  /** Prefix of the names shown in the console. */
  readonly name: string;
  /**
   * IPv4 block, `/16` to `/19`, not overlapping the other region's.
   *
   * Changing it plans a new VPC and the loss of everything in the old one.
   */
  readonly cidr: string;
  /**
   * Names of two to eight availability zones, such as `eu-west-1a`.
   *
   * @default - the first two of the region that need no opting in; once made, subnets stay where they are
   */
  readonly availabilityZones?: string[];
}

const ANYWHERE = "0.0.0.0/0";

/**
 * One region's network: a public and a private subnet in each zone, NAT in each zone, and security groups that are
 * closed until a rule opens them.
 *
 * Cost: a NAT gateway a zone, by the hour and by the gigabyte. S3 goes through a gateway endpoint, which is free.
 */
export class Network extends Construct implements INetwork {
  readonly vpcId: string;
  readonly cidr: string;
  readonly publicSubnetIds: string[] = [];
  readonly privateSubnetIds: string[] = [];
  readonly privateRouteTableIds: string[] = [];
  readonly loadBalancerSecurityGroupId: string;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => faults(this.node.path, props) });
    this.cidr = props.cidr;

    const vpc = new Vpc(this, "vpc", {
      cidrBlock: props.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: props.name },
    });
    this.vpcId = vpc.id;
    // Every VPC is born with a group that lets its members talk to each other; adopting it takes its rules away.
    new DefaultSecurityGroup(this, "closed-default-group", { vpcId: vpc.id });

    const gateway = new InternetGateway(this, "internet-gateway", {
      vpcId: vpc.id,
      tags: { Name: props.name },
    });
    const publicRoutes = new RouteTable(this, "public-routes", {
      vpcId: vpc.id,
      tags: { Name: `${props.name}-public` },
    });
    const publicDefault = new Route(this, "public-default", {
      routeTableId: publicRoutes.id,
      destinationCidrBlock: ANYWHERE,
      gatewayId: gateway.id,
    });

    zonesOf(this, props).forEach((zone, index) => {
      const letter = "abcdefgh".charAt(index);
      const zoneScope = new Construct(this, `zone-${letter}`);
      const publicSubnet = new Subnet(zoneScope, "public-subnet", {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock: Fn.cidrsubnet(props.cidr, 8, PUBLIC_BLOCKS_FROM + index),
        lifecycle: zoneLifecycle(props),
        tags: { Name: `${props.name}-public-${letter}` },
      });
      const privateSubnet = new Subnet(zoneScope, "private-subnet", {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock: Fn.cidrsubnet(props.cidr, 4, index),
        lifecycle: zoneLifecycle(props),
        tags: { Name: `${props.name}-private-${letter}` },
      });
      const address = new Eip(zoneScope, "nat-address", {
        domain: "vpc",
        tags: { Name: `${props.name}-nat-${letter}` },
      });
      const nat = new NatGateway(zoneScope, "nat", {
        allocationId: address.id,
        subnetId: publicSubnet.id,
        tags: { Name: `${props.name}-${letter}` },
        // A NAT gateway refuses to start in a VPC whose internet gateway is not attached yet.
        dependsOn: [gateway],
      });
      const privateRoutes = new RouteTable(zoneScope, "private-routes", {
        vpcId: vpc.id,
        tags: { Name: `${props.name}-private-${letter}` },
      });
      const privateDefault = new Route(zoneScope, "private-default", {
        routeTableId: privateRoutes.id,
        destinationCidrBlock: ANYWHERE,
        natGatewayId: nat.id,
      });
      this.publicSubnetIds.push(
        routed(zoneScope, "public-association", publicSubnet, publicRoutes, publicDefault),
      );
      this.privateSubnetIds.push(
        routed(zoneScope, "private-association", privateSubnet, privateRoutes, privateDefault),
      );
      this.privateRouteTableIds.push(privateRoutes.id);
    });

    new VpcEndpoint(this, "s3", {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${vpc.region}.s3`,
      routeTableIds: this.privateRouteTableIds,
      tags: { Name: `${props.name}-s3` },
    });
    this.loadBalancerSecurityGroupId = cloudFrontOnly(this, props.name, vpc);
  }
}

/** Private subnets take the first half of the block in sixteenths, public ones 256ths near its end. */
const PUBLIC_BLOCKS_FROM = 240;
const LONGEST_LIST_OF_ZONES = 8;

function zonesOf(network: Network, props: NetworkProps): string[] {
  if (props.availabilityZones) return props.availabilityZones;
  const offered = new DataAwsAvailabilityZones(network, "zones", {
    state: "available",
    // Without this, Local Zones and Wavelength Zones that the account has opted into would be offered as well.
    filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
  });
  return [0, 1].map((index) => Fn.element(offered.names, index) as string);
}

/** A zone that AWS adds or takes off its list must not move a subnet: that would replace everything inside. */
function zoneLifecycle(props: NetworkProps) {
  return props.availabilityZones ? undefined : { ignoreChanges: ["availability_zone"] };
}

/**
 * Gives a subnet its routes.
 *
 * @returns the subnet's id, read from the association: whoever stands in the subnet is made after its way out, and goes
 * before it. AWS refuses a public load balancer while there is no internet gateway, and a task that cannot pull its image
 * counts as a failed deployment.
 */
function routed(scope: Construct, id: string, subnet: Subnet, routes: RouteTable, wayOut: Route): string {
  return new RouteTableAssociation(scope, id, {
    subnetId: subnet.id,
    routeTableId: routes.id,
    dependsOn: [wayOut],
  }).subnetId;
}

/**
 * The list's 55 entries count against the group's quota of 60 rules, so there is room for one such rule only.
 * Source: CloudFront developer guide, "Use the CloudFront managed prefix list".
 */
function cloudFrontOnly(network: Network, name: string, vpc: Vpc): string {
  const group = new SecurityGroup(network, "load-balancer-group", {
    name: `${name}-load-balancer`,
    description: "Load balancers: CloudFront only",
    vpcId: vpc.id,
    tags: { Name: `${name}-load-balancer` },
  });
  const cloudFront = new DataAwsEc2ManagedPrefixList(network, "cloudfront-addresses", {
    name: "com.amazonaws.global.cloudfront.origin-facing",
  });
  new VpcSecurityGroupIngressRule(network, "from-cloudfront", {
    securityGroupId: group.id,
    prefixListId: cloudFront.id,
    ...tcpPort(443),
    description: "HTTPS from CloudFront",
  });
  return group.id;
}

function faults(path: string, props: NetworkProps): string[] {
  const found: string[] = [];
  const fault = Token.isUnresolved(props.cidr) ? undefined : networkBlockFault(props.cidr);
  if (fault) found.push(`${path}: ${fault}. Fix: give "cidr" such a block.`);
  const zones = props.availabilityZones;
  if (
    zones &&
    (zones.length < 2 || zones.length > LONGEST_LIST_OF_ZONES || new Set(zones).size < zones.length)
  ) {
    found.push(
      `${path}: availability zones [${zones.join(", ")}]: RDS and load balancers need subnets in two different zones. ` +
        `Fix: name two to ${LONGEST_LIST_OF_ZONES} different zones, or leave "availabilityZones" out.`,
    );
  }
  return found;
}
