import { NAMED, type Replacements, stateful, stateless } from "./replacement";

const RULE = stateless("security_group_id");

/** VPC, EC2 networking and load balancers. */
export const NETWORK: Replacements = {
  aws_default_security_group: stateless("vpc_id"),
  aws_eip: stateful("domain", "network_border_group", "public_ipv4_pool", "address"),
  aws_flow_log: stateless(
    "iam_role_arn",
    "log_destination",
    "log_destination_type",
    "traffic_type",
    "vpc_id",
  ),
  aws_internet_gateway: stateless(),
  aws_nat_gateway: stateless("allocation_id", "connectivity_type", "private_ip", "subnet_id", "vpc_id"),
  aws_route: stateless(
    "route_table_id",
    "destination_cidr_block",
    "destination_ipv6_cidr_block",
    "destination_prefix_list_id",
  ),
  aws_route_table: stateless("vpc_id"),
  aws_route_table_association: stateless("subnet_id", "gateway_id"),
  aws_security_group: stateless(...NAMED, "description", "vpc_id"),
  aws_subnet: stateless(
    "availability_zone",
    "availability_zone_id",
    "cidr_block",
    "ipv6_native",
    "outpost_arn",
    "vpc_id",
  ),
  aws_vpc: stateful("cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"),
  aws_vpc_endpoint: stateless("service_name", "service_region", "vpc_endpoint_type", "vpc_id"),
  aws_vpc_peering_connection: stateless("peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"),
  aws_vpc_peering_connection_accepter: stateless("vpc_peering_connection_id"),
  aws_vpc_peering_connection_options: stateless("vpc_peering_connection_id"),
  aws_vpc_security_group_egress_rule: RULE,
  aws_vpc_security_group_ingress_rule: RULE,
  aws_default_network_acl: stateless("default_network_acl_id"),
  aws_default_route_table: stateless("default_route_table_id"),
  aws_lb: stateless(...NAMED, "customer_owned_ipv4_pool", "internal", "load_balancer_type"),
  aws_lb_listener: stateless("load_balancer_arn"),
  aws_lb_listener_rule: stateless("listener_arn"),
  aws_lb_target_group: stateless(
    ...NAMED,
    "ip_address_type",
    "port",
    "protocol",
    "protocol_version",
    "target_type",
    "vpc_id",
  ),
};
