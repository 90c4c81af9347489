import { textOf } from "../value";
import { zoneIdOf } from "./availability-zones";
import {
  ACCOUNT,
  always,
  argument,
  digits,
  ec2Id,
  idOr,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
} from "./made";

const ec2Arn =
  (kind: string, prefix: string): Rule =>
  (made) =>
    regionalArn("ec2", made, `${kind}/${idOr(ec2Id(prefix))(made)}`);

const related =
  (prefix: string, purpose: string): Rule =>
  (made) =>
    `${prefix}-${digits(made, purpose, 17)}`;

/** An address of TEST-NET-3, which nobody's traffic ever reaches. */
const publicAddress: Rule = (made) => `203.0.113.${1 + (parseInt(digits(made, "address", 4), 16) % 254)}`;

function peering(made: Made): ReturnType<Made["cloud"]["find"]>[number] | undefined {
  const id = argument(made, "vpc_peering_connection_id");
  return made.cloud.find("aws_vpc_peering_connection").find((one) => one.id === id);
}

/** One end of the peering as its accepter reports it: the sides are those of the request, seen from the other end. */
const ofPeering =
  (name: string): Rule =>
  (made) =>
    textOf(peering(made), name) ?? "";

const rule: Rules[string] = {
  id: ec2Id("sgr"),
  security_group_rule_id: ec2Id("sgr"),
  arn: ec2Arn("security-group-rule", "sgr"),
};

/** What follows in an ARN that stands already. */
const afterAccount = (made: Made) => argument(made, "arn").split(":").slice(5).join(":");
const loadBalancerPath = (made: Made) =>
  afterAccount(made).replace("loadbalancer/", "") || `app/${nameOf(made)}/${made.digest.slice(0, 16)}`;
const targetGroupPath = (made: Made) =>
  afterAccount(made) || `targetgroup/${nameOf(made)}/${made.digest.slice(0, 16)}`;
const balancing = (made: Made, resource: string) => regionalArn("elasticloadbalancing", made, resource);
const belowArn =
  (parent: string, from: string, to: string): Rule =>
  (made) =>
    `${argument(made, parent).replace(`:${from}/`, `:${to}/`)}/${made.digest.slice(0, 16)}`;

/**
 * Hosted zones of Application Load Balancers.
 *
 * Source: docs.aws.amazon.com/general/latest/gr/elb.html
 */
const BALANCER_ZONES: Readonly<Record<string, string>> = {
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-west-1": "Z32O12XQLNTSW2",
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-2": "Z1H1FL5HABSF5",
};

/** VPC, EC2 networking and load balancers. */
export const NETWORK: Rules = {
  aws_vpc: {
    id: ec2Id("vpc"),
    arn: ec2Arn("vpc", "vpc"),
    default_network_acl_id: related("acl", "network acl"),
    default_route_table_id: related("rtb", "main route table"),
    main_route_table_id: related("rtb", "main route table"),
    default_security_group_id: related("sg", "default security group"),
    dhcp_options_id: related("dopt", "dhcp"),
  },
  aws_subnet: {
    id: ec2Id("subnet"),
    arn: ec2Arn("subnet", "subnet"),
    availability_zone_id: (made) => zoneIdOf(argument(made, "availability_zone")),
    private_dns_hostname_type_on_launch: always("ip-name"),
  },
  aws_internet_gateway: { id: ec2Id("igw"), arn: ec2Arn("internet-gateway", "igw") },
  aws_nat_gateway: {
    allocation_id: related("eipalloc", "allocation"),
    vpc_id: (made) =>
      textOf(
        made.cloud.find("aws_subnet").find((subnet) => subnet.id === made.values.subnet_id),
        "vpc_id",
      ) ?? "",
    id: ec2Id("nat"),
    association_id: related("eipassoc", "association"),
    network_interface_id: related("eni", "interface"),
    public_ip: (made) =>
      textOf(
        made.cloud.find("aws_eip").find((one) => one.id === made.values.allocation_id),
        "public_ip",
      ) ?? publicAddress(made),
  },
  aws_eip: {
    id: ec2Id("eipalloc"),
    allocation_id: ec2Id("eipalloc"),
    arn: ec2Arn("elastic-ip", "eipalloc"),
    public_ip: publicAddress,
    network_border_group: (made) => made.region,
    public_ipv4_pool: always("amazon"),
  },
  aws_route_table: { id: ec2Id("rtb"), arn: ec2Arn("route-table", "rtb") },
  aws_route: {
    id: (made) => `r-${argument(made, "route_table_id")}${digits(made, "destination", 10)}`,
    origin: always("CreateRoute"),
    state: always("active"),
  },
  aws_route_table_association: { id: ec2Id("rtbassoc") },
  aws_vpc_endpoint: {
    id: ec2Id("vpce"),
    arn: ec2Arn("vpc-endpoint", "vpce"),
    prefix_list_id: related("pl", "prefix list"),
    state: always("available"),
  },
  aws_security_group: { id: ec2Id("sg"), arn: ec2Arn("security-group", "sg") },
  aws_default_security_group: {
    id: (made) =>
      textOf(
        made.cloud.find("aws_vpc").find((vpc) => vpc.id === made.values.vpc_id),
        "default_security_group_id",
      ) ?? ec2Id("sg")(made),
    arn: ec2Arn("security-group", "sg"),
    name: always("default"),
    description: always("default VPC security group"),
  },
  aws_vpc_security_group_ingress_rule: rule,
  aws_vpc_security_group_egress_rule: rule,
  aws_vpc_peering_connection: {
    id: ec2Id("pcx"),
    accept_status: (made) => (made.values.auto_accept === true ? "active" : "pending-acceptance"),
    peer_owner_id: always(ACCOUNT),
    peer_region: (made) => made.region,
  },
  aws_vpc_peering_connection_accepter: {
    id: sameAs("vpc_peering_connection_id"),
    accept_status: (made) => (made.values.auto_accept === true ? "active" : "pending-acceptance"),
    peer_owner_id: always(ACCOUNT),
    peer_region: ofPeering("region"),
    peer_vpc_id: ofPeering("vpc_id"),
    vpc_id: ofPeering("peer_vpc_id"),
  },
  aws_vpc_peering_connection_options: { id: sameAs("vpc_peering_connection_id") },
  aws_flow_log: { id: ec2Id("fl"), arn: ec2Arn("vpc-flow-log", "fl") },

  aws_lb: {
    id: (made) => balancing(made, `loadbalancer/${loadBalancerPath(made)}`),
    arn: (made) => balancing(made, `loadbalancer/${loadBalancerPath(made)}`),
    arn_suffix: loadBalancerPath,
    dns_name: (made) => {
      const host = `${nameOf(made)}-${parseInt(made.digest.slice(0, 8), 16)}`;
      return `${made.values.internal === true ? "internal-" : ""}${host}.${made.region}.elb.amazonaws.com`;
    },
    zone_id: (made) => BALANCER_ZONES[made.region] ?? `Z${digits(made, "zone", 13).toUpperCase()}`,
    ip_address_type: always("ipv4"),
    vpc_id: (made) => {
      const subnets = Array.isArray(made.values.subnets) ? made.values.subnets : [];
      return (
        textOf(
          made.cloud.find("aws_subnet").find((subnet) => subnets.includes(subnet.id ?? null)),
          "vpc_id",
        ) ?? ""
      );
    },
  },
  aws_lb_target_group: {
    id: (made) => balancing(made, targetGroupPath(made)),
    arn: (made) => balancing(made, targetGroupPath(made)),
    arn_suffix: targetGroupPath,
    ip_address_type: always("ipv4"),
    load_balancing_algorithm_type: always("round_robin"),
    load_balancing_anomaly_mitigation: always("off"),
    load_balancing_cross_zone_enabled: always("use_load_balancer_configuration"),
    protocol_version: always("HTTP1"),
  },
  aws_lb_listener: {
    id: belowArn("load_balancer_arn", "loadbalancer", "listener"),
    arn: belowArn("load_balancer_arn", "loadbalancer", "listener"),
    routing_http_response_server_enabled: always(true),
  },
  aws_lb_listener_rule: {
    id: belowArn("listener_arn", "listener", "listener-rule"),
    arn: belowArn("listener_arn", "listener", "listener-rule"),
  },
};
