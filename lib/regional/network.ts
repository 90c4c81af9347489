import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DataAwsEc2ManagedPrefixList } from "@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { NetworkImportIds } from "./network-adoption";
import { networkBlockFault } from "./network-block";
import { existingNetwork, type ExistingNetworkProps } from "./network-existing";
import { ANYWHERE, NetworkZone } from "./network-zone";
import { tcpPort } from "./tcp-port";

export type { NetworkImportIds, ZoneImportIds } from "./network-adoption";
export type { ExistingNetworkProps } from "./network-existing";

/** A network of one region. */
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
  /** Addresses that the private subnets call out from, for partners' allowlists. */
  readonly egressAddresses: string[];
}

/** Which block a network has, and whether it is a new one. */
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
  /** Ids of a network that exists and is managed here from now on; "cidr" must be its block. @default - a new one */
  readonly importIds?: NetworkImportIds;
}

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
  readonly egressAddresses: string[] = [];

  /** A network that is managed elsewhere, read from AWS. */
  static fromExisting(scope: Construct, id: string, props: ExistingNetworkProps): INetwork {
    return existingNetwork(scope, id, props);
  }

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
    if (!props.importIds) new DefaultSecurityGroup(this, "closed-default-group", { vpcId: vpc.id });

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

    if (props.importIds) {
      vpc.importFrom(props.importIds.vpc);
      gateway.importFrom(props.importIds.internetGateway);
      publicRoutes.importFrom(props.importIds.publicRouteTable);
      publicDefault.importFrom(`${props.importIds.publicRouteTable}_${ANYWHERE}`);
    }

    zonesOf(this, props).forEach((availabilityZone, index) => {
      const letter = LETTERS.charAt(index);
      const zone = new NetworkZone(this, `zone-${letter}`, {
        name: props.name,
        cidr: props.cidr,
        index,
        letter,
        availabilityZone,
        vpcId: vpc.id,
        internetGateway: gateway,
        publicRoutes,
        publicDefault,
        keptAttributes: keptAttributes(props),
        importIds: props.importIds?.zones[index],
        publicRouteTableImportId: props.importIds?.publicRouteTable,
      });
      this.publicSubnetIds.push(zone.publicSubnetId);
      this.privateSubnetIds.push(zone.privateSubnetId);
      this.privateRouteTableIds.push(zone.privateRouteTableId);
      this.egressAddresses.push(zone.egressAddress);
    });

    const s3 = new VpcEndpoint(this, "s3", {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${vpc.region}.s3`,
      routeTableIds: this.privateRouteTableIds,
      tags: { Name: `${props.name}-s3` },
    });
    if (props.importIds?.s3Endpoint !== undefined) s3.importFrom(props.importIds.s3Endpoint);
    this.loadBalancerSecurityGroupId = cloudFrontOnly(this, props.name, vpc);
  }
}

const LETTERS = "abcdefgh";
const LONGEST_LIST_OF_ZONES = LETTERS.length;
const ZONES_BY_DEFAULT = 2;

function zonesOf(network: Network, props: NetworkProps): string[] {
  if (props.availabilityZones) return props.availabilityZones;
  const offered = new DataAwsAvailabilityZones(network, "zones", {
    state: "available",
    // Without this, Local Zones and Wavelength Zones that the account has opted into would be offered as well.
    filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
  });
  return Array.from({ length: ZONES_BY_DEFAULT }, (_, index) => Fn.element(offered.names, index) as string);
}

/**
 * What subnets keep, whatever the code says: changing it would replace everything inside.
 * A zone that AWS adds or takes off its list must not move a subnet; an adopted one has a block and a zone already.
 */
function keptAttributes(props: NetworkProps): string[] {
  if (props.importIds) return ["availability_zone", "cidr_block"];
  return props.availabilityZones ? [] : ["availability_zone"];
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
  const expected = zones?.length ?? ZONES_BY_DEFAULT;
  const adopted = props.importIds?.zones.length ?? expected;
  if (adopted !== expected) {
    found.push(
      `${path}: importIds: found ${adopted} zones, expected ${expected}, as many as the network has. ` +
        `Fix: give each zone its ids, or change "availabilityZones".`,
    );
  }
  return found;
}
