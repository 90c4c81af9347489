import { covers } from "./cidr";
import { isPublic, type Place, type PublicPlace, type VpcPlace } from "./place";
import type { Rule, Topology } from "./topology";

/** The prefix list by which a security group names CloudFront's points of presence (AWS: "Locations and IP address ranges of CloudFront edge servers"). */
const CLOUDFRONT_PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing";
const ANYWHERE = "0.0.0.0/0";

/**
 * Why packets from one place would not reach a TCP port at another. Network ACLs are not looked at.
 *
 * @returns each reason with the Terraform address at fault, or what is missing; empty when they are reachable
 */
export function obstacles(topology: Topology, from: Place, to: VpcPlace, port: number): string[] {
  if (isPublic(from)) return [...publicSubnets(topology, to), ...ingressFromPublic(topology, from, to, port)];
  const unknown = [...unknownParts(topology, from), ...unknownParts(topology, to)];
  if (unknown.length > 0) return unknown;
  return [
    ...(from.vpcId === to.vpcId ? [] : [...peeringAndRoutes(topology, from, to)]),
    ...securityGroups(topology, from, to, port, "egress"),
    ...securityGroups(topology, from, to, port, "ingress"),
  ];
}

function unknownParts(topology: Topology, place: VpcPlace): string[] {
  return [
    ...(topology.vpcs.has(place.vpcId)
      ? []
      : [`${place.label}: VPC ${place.vpcId} is not in the applied state`]),
    ...place.subnetIds
      .filter((id) => !topology.subnets.has(id))
      .map((id) => `${place.label}: subnet ${id} is not in the applied state`),
    ...place.securityGroupIds
      .filter((id) => !topology.groups.has(id))
      .map((id) => `${place.label}: security group ${id} is not in the applied state`),
  ];
}

function peeringAndRoutes(topology: Topology, from: VpcPlace, to: VpcPlace): string[] {
  const between = topology.peerings.find(
    ({ values: { vpc_id, peer_vpc_id } }) =>
      (vpc_id === from.vpcId && peer_vpc_id === to.vpcId) ||
      (vpc_id === to.vpcId && peer_vpc_id === from.vpcId),
  );
  const [one, other] = [from, to].map((place) => topology.vpcs.get(place.vpcId)?.at ?? place.vpcId);
  if (!between) {
    return [
      `no aws_vpc_peering_connection between ${one} and ${other}; ${from.label} and ${to.label} need one`,
    ];
  }
  if (!between.values.accepted) {
    return [
      `${between.at}: nobody accepts it; expected an aws_vpc_peering_connection_accepter with auto_accept = true`,
    ];
  }
  // Answers take the other side's routes.
  return [...routes(topology, from, to, between.values.id), ...routes(topology, to, from, between.values.id)];
}

function routes(topology: Topology, from: VpcPlace, to: VpcPlace, peeringId: string): string[] {
  const found = from.subnetIds.flatMap((subnetId) => {
    const subnet = topology.subnets.get(subnetId)?.at ?? subnetId;
    const table = topology.routesOf(subnetId);
    if (!table) return [`${subnet}: no aws_route_table in state belongs to it`];
    return cidrsOf(topology, to).flatMap((cidr) => {
      const hop = nearest(table.hops, cidr);
      if (hop?.peeringId === peeringId) return [];
      const instead = hop ? `${hop.at} sends ${hop.cidr} elsewhere` : "no route leads there";
      return [`${table.at}: ${instead}; expected a route of ${cidr} (${to.label}) to ${peeringId}`];
    });
  });
  return [...new Set(found)];
}

/** The most specific route decides, as in a VPC's router. */
function nearest<H extends { readonly cidr: string }>(hops: readonly H[], cidr: string): H | undefined {
  const prefix = (hop: H) => Number(hop.cidr.split("/")[1]);
  return hops.filter((hop) => covers(hop.cidr, cidr)).sort((a, b) => prefix(b) - prefix(a))[0];
}

function cidrsOf(topology: Topology, place: VpcPlace): string[] {
  return place.subnetIds.flatMap((id) => topology.subnets.get(id)?.values.cidr_block ?? []);
}

function securityGroups(
  topology: Topology,
  from: VpcPlace,
  to: VpcPlace,
  port: number,
  direction: "egress" | "ingress",
): string[] {
  const [own, peer] = direction === "egress" ? [from, to] : [to, from];
  const rules = topology[direction].filter(
    (rule) => own.securityGroupIds.includes(rule.groupId) && admits(rule, port),
  );
  // A group can name another one of its own VPC, or of a peered VPC in the same region only.
  const named = peer.region === own.region;
  if (named && rules.some((rule) => rule.peerGroupId && peer.securityGroupIds.includes(rule.peerGroupId)))
    return [];
  const shut = cidrsOf(topology, peer).filter(
    (cidr) => !rules.some((rule) => rule.cidr && covers(rule.cidr, cidr)),
  );
  if (shut.length === 0) return [];
  const groups =
    own.securityGroupIds.map((id) => topology.groups.get(id) ?? id).join(", ") || "no security group";
  const way = direction === "egress" ? "lets nothing out to" : "lets nothing in from";
  const there = named ? `${shut.join(", ")} or a security group of it` : shut.join(", ");
  return [
    `${groups}: ${way} ${peer.label} on port ${port}; expected an aws_vpc_security_group_${direction}_rule for ${there}`,
  ];
}

const admits = (rule: Rule, port: number) =>
  rule.protocol === "-1" ||
  ((rule.protocol === "tcp" || rule.protocol === "6") &&
    port >= (rule.fromPort ?? 0) &&
    port <= (rule.toPort ?? 65_535));

function publicSubnets(topology: Topology, to: VpcPlace): string[] {
  return to.subnetIds.flatMap((subnetId) => {
    const table = topology.routesOf(subnetId);
    const out = table && nearest(table.hops, ANYWHERE);
    if (out?.gatewayId?.startsWith("igw-")) return [];
    const subnet = topology.subnets.get(subnetId)?.at ?? subnetId;
    return [
      `${subnet}: not public, no route of ${ANYWHERE} to an internet gateway; ${to.label} stands in it`,
    ];
  });
}

function ingressFromPublic(topology: Topology, from: PublicPlace, to: VpcPlace, port: number): string[] {
  const open = topology.ingress
    .filter((rule) => to.securityGroupIds.includes(rule.groupId) && admits(rule, port))
    .some(
      (rule) =>
        rule.cidr === ANYWHERE ||
        (from.public === "cloudfront" &&
          rule.prefixListId !== undefined &&
          topology.prefixLists.get(rule.prefixListId) === CLOUDFRONT_PREFIX_LIST),
    );
  if (open) return [];
  const groups =
    to.securityGroupIds.map((id) => topology.groups.get(id) ?? id).join(", ") || "no security group";
  const expected =
    from.public === "cloudfront"
      ? `the prefix list ${CLOUDFRONT_PREFIX_LIST}`
      : `${ANYWHERE} (it is open to CloudFront at most)`;
  return [
    `${groups}: lets nothing in from ${from.label} on port ${port}; expected an aws_vpc_security_group_ingress_rule for ${expected}`,
  ];
}
