import { z } from "zod";
import { absent, blocks, type Found, resources, type States, texts } from "./state";

const vpc = z.object({ id: z.string(), cidr_block: z.string(), main_route_table_id: absent(z.string()) });
const subnet = z.object({ id: z.string(), vpc_id: z.string(), cidr_block: z.string() });
const association = z.object({ route_table_id: z.string(), subnet_id: absent(z.string()) });
const hop = {
  gateway_id: absent(z.string()),
  nat_gateway_id: absent(z.string()),
  vpc_peering_connection_id: absent(z.string()),
};
const route = z.object({ route_table_id: z.string(), destination_cidr_block: absent(z.string()), ...hop });
const routeTable = z.object({
  id: z.string(),
  vpc_id: z.string(),
  route: blocks(z.object({ cidr_block: absent(z.string()), ...hop })),
});
const peering = z.object({
  id: z.string(),
  vpc_id: z.string(),
  peer_vpc_id: z.string(),
  auto_accept: absent(z.boolean()),
});
const accepter = z.object({ vpc_peering_connection_id: z.string(), auto_accept: absent(z.boolean()) });
const port = absent(z.coerce.number());
const rule = z.object({
  security_group_id: z.string(),
  ip_protocol: z.string(),
  from_port: port,
  to_port: port,
  cidr_ipv4: absent(z.string()),
  prefix_list_id: absent(z.string()),
  referenced_security_group_id: absent(z.string()),
});
const inlineRule = z.object({
  protocol: z.string(),
  from_port: port,
  to_port: port,
  cidr_blocks: texts,
  prefix_list_ids: texts,
  security_groups: texts,
  self: absent(z.boolean()),
});
const group = z.object({ id: z.string(), ingress: blocks(inlineRule), egress: blocks(inlineRule) });
const prefixList = z.object({ id: z.string(), name: z.string() });

/** One way a security group lets packets through. */
export interface Rule {
  readonly at: string;
  readonly groupId: string;
  /** `-1` is every protocol. */
  readonly protocol: string;
  /** Absent with every protocol. */
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidr?: string;
  readonly prefixListId?: string;
  readonly peerGroupId?: string;
}

/** Where a route leads. */
export interface Hop {
  readonly at: string;
  readonly cidr: string;
  readonly gatewayId?: string;
  readonly peeringId?: string;
}

/** What the applied state says about networks, in the form that reachability asks for. */
export interface Topology {
  readonly vpcs: ReadonlyMap<string, Found<{ cidr_block: string }>>;
  readonly subnets: ReadonlyMap<string, Found<{ vpc_id: string; cidr_block: string }>>;
  readonly groups: ReadonlyMap<string, string>;
  readonly peerings: readonly Found<{ id: string; vpc_id: string; peer_vpc_id: string; accepted: boolean }>[];
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  /** Name by id, such as `com.amazonaws.global.cloudfront.origin-facing`. */
  readonly prefixLists: ReadonlyMap<string, string>;
  /** The route table of a subnet: `at` and its routes; undefined when state does not have it. */
  routesOf(subnetId: string): { readonly at: string; readonly hops: readonly Hop[] } | undefined;
}

const byId = <T extends { id: string }>(found: readonly Found<T>[]) =>
  new Map(found.map((one) => [one.values.id, one]));

/** Reads networks, routes, peerings and security groups from the applied state. */
export function readTopology(states: States): Topology {
  const vpcs = byId(resources(states, "aws_vpc", vpc));
  const subnets = byId(resources(states, "aws_subnet", subnet));
  const tables = byId(resources(states, "aws_route_table", routeTable));
  const groups = resources(states, "aws_security_group", group);
  const routes = resources(states, "aws_route", route);
  const associations = resources(states, "aws_route_table_association", association);
  const accepted = new Set(
    resources(states, "aws_vpc_peering_connection_accepter", accepter)
      .filter((it) => it.values.auto_accept)
      .map((it) => it.values.vpc_peering_connection_id),
  );
  return {
    vpcs,
    subnets,
    groups: new Map(groups.map((it) => [it.values.id, it.at])),
    peerings: resources(states, "aws_vpc_peering_connection", peering).map(({ at, values }) => ({
      at,
      values: { ...values, accepted: values.auto_accept === true || accepted.has(values.id) },
    })),
    ingress: [...separate(states, "aws_vpc_security_group_ingress_rule"), ...inline(groups, "ingress")],
    egress: [...separate(states, "aws_vpc_security_group_egress_rule"), ...inline(groups, "egress")],
    prefixLists: new Map(
      [
        ...resources(states, "aws_ec2_managed_prefix_list", prefixList, "data"),
        ...resources(states, "aws_ec2_managed_prefix_list", prefixList),
      ].map((it) => [it.values.id, it.values.name]),
    ),
    routesOf(subnetId) {
      const explicit = associations.find((it) => it.values.subnet_id === subnetId)?.values.route_table_id;
      const vpcId = subnets.get(subnetId)?.values.vpc_id;
      const tableId = explicit ?? (vpcId ? vpcs.get(vpcId)?.values.main_route_table_id : undefined);
      const table = tableId ? tables.get(tableId) : undefined;
      if (!table) return undefined;
      const own = table.values.route.map((it) => ({ at: table.at, values: it, cidr: it.cidr_block }));
      const apart = routes
        .filter((it) => it.values.route_table_id === tableId)
        .map((it) => ({ ...it, cidr: it.values.destination_cidr_block }));
      const hops = [...own, ...apart].flatMap(({ at, cidr, values }) =>
        cidr ? [{ at, cidr, gatewayId: values.gateway_id, peeringId: values.vpc_peering_connection_id }] : [],
      );
      return { at: table.at, hops };
    },
  };
}

function separate(states: States, type: string): Rule[] {
  return resources(states, type, rule).map(({ at, values }) => ({
    at,
    groupId: values.security_group_id,
    protocol: values.ip_protocol,
    fromPort: values.from_port,
    toPort: values.to_port,
    cidr: values.cidr_ipv4,
    prefixListId: values.prefix_list_id,
    peerGroupId: values.referenced_security_group_id,
  }));
}

function inline(groups: readonly Found<z.infer<typeof group>>[], direction: "ingress" | "egress"): Rule[] {
  return groups.flatMap(({ at, values }) =>
    values[direction].flatMap((one) => {
      const common = {
        at,
        groupId: values.id,
        protocol: one.protocol,
        fromPort: one.from_port,
        toPort: one.to_port,
      };
      return [
        ...one.cidr_blocks.map((cidr) => ({ ...common, cidr })),
        ...one.prefix_list_ids.map((prefixListId) => ({ ...common, prefixListId })),
        ...one.security_groups.map((peerGroupId) => ({ ...common, peerGroupId })),
        ...(one.self ? [{ ...common, peerGroupId: values.id }] : []),
      ];
    }),
  );
}
