import { Route } from "@cdktf/provider-aws/lib/route";
import { VpcPeeringConnection } from "@cdktf/provider-aws/lib/vpc-peering-connection";
import { VpcPeeringConnectionAccepterA } from "@cdktf/provider-aws/lib/vpc-peering-connection-accepter";
import { VpcPeeringConnectionOptions } from "@cdktf/provider-aws/lib/vpc-peering-connection-options";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { INetwork } from "../regional/network";
import { overlap } from "../scope/cidr";
import type { LinkEnd } from "./link-end";

/** One end of a peering: a network whose private subnets shall reach the other's. */
export interface NetworkEnd extends LinkEnd {
  readonly network: INetwork;
}

/** A peering that stands: whoever uses its id waits until the other region has accepted. */
export interface NetworkPeering {
  readonly connectionId: string;
}

/**
 * Peers two networks of different regions and routes every private subnet of each to the other's block.
 *
 * The public subnets get no route: only tasks, databases and the runner talk across.
 *
 * @throws Error when both ends are in one region
 *
 * Cost: none by the hour; traffic between regions by the gigabyte.
 */
export function peerNetworks(requester: NetworkEnd, accepter: NetworkEnd): NetworkPeering {
  if (requester.region === accepter.region) {
    throw new Error(
      `${requester.scope.node.path}: both ends of the peering are in ${requester.region}, but a link joins two regions. ` +
        `Fix: give the ends different scopes and regions.`,
    );
  }
  const here = new Construct(requester.scope, `peering-${accepter.region}`);
  const there = new Construct(accepter.scope, `peering-${requester.region}`);
  here.node.addValidation({ validate: () => overlapFaults(here.node.path, requester, accepter) });
  const name = `${requester.region} to ${accepter.region}`;

  const request = new VpcPeeringConnection(here, "request", {
    vpcId: requester.network.vpcId,
    peerVpcId: accepter.network.vpcId,
    peerRegion: accepter.region,
    // Between regions nobody can accept on the requester's side.
    autoAccept: false,
    tags: { Name: name },
  });
  const acceptance = new VpcPeeringConnectionAccepterA(there, "acceptance", {
    vpcPeeringConnectionId: request.id,
    autoAccept: true,
    tags: { Name: name },
  });
  // Read from the acceptance, so that options and routes wait until the connection is active.
  const connectionId = acceptance.vpcPeeringConnectionId;

  // Each side may set its own half only.
  new VpcPeeringConnectionOptions(here, "options", {
    vpcPeeringConnectionId: connectionId,
    requester: { allowRemoteVpcDnsResolution: true },
  });
  new VpcPeeringConnectionOptions(there, "options", {
    vpcPeeringConnectionId: connectionId,
    accepter: { allowRemoteVpcDnsResolution: true },
  });
  routeTo(here, requester.network, accepter.network.cidr, connectionId);
  routeTo(there, accepter.network, requester.network.cidr, connectionId);
  return { connectionId };
}

const LETTERS = "abcdefgh";

function routeTo(scope: Construct, network: INetwork, cidr: string, connectionId: string): void {
  network.privateRouteTableIds.forEach((routeTableId, index) => {
    new Route(scope, `route-${LETTERS[index] ?? index}`, {
      routeTableId,
      destinationCidrBlock: cidr,
      vpcPeeringConnectionId: connectionId,
    });
  });
}

/** The guards see two networks of one stack; the networks of a link usually stand in another stack than the link. */
function overlapFaults(path: string, requester: NetworkEnd, accepter: NetworkEnd): string[] {
  const [one, other] = [requester.network.cidr, accepter.network.cidr];
  if (Token.isUnresolved(one) || Token.isUnresolved(other) || !overlap(one, other)) return [];
  return [
    `${path}: ${one} of ${requester.region} overlaps ${other} of ${accepter.region}, and AWS refuses to peer them. ` +
      `Fix: give one of the networks another block.`,
  ];
}
