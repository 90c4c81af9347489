import { Fn, TerraformVariable, Token } from "cdktf";
import { Alias } from "../lib/global/alias";
import { Certificate } from "../lib/global/certificate";
import { DnsRecord } from "../lib/global/dns-record";
import { Edge } from "../lib/global/edge";
import { ACTIVE_KEY } from "../lib/global/edge-router";
import type { ManifestEdge } from "../lib/manifest";
import type { WorkloadEdge } from "../lib/workload/edge";
import type { CutoverGround } from "./cutover-ground";
import { originName } from "./names";
import { publicZoneId } from "./public-zone";

/** Puts the distribution in front of both regions, and the public name in front of the distribution. */
export function workloadEdge(ground: CutoverGround, edge: WorkloadEdge): Edge {
  const { relocation, global, source, target } = ground;
  const { publicName } = edge;
  const zoneId = publicZoneId(global, edge);
  const distribution = new Edge(global, "edge", {
    name: relocation.workload.name,
    publicName,
    // An edge without a zone comes with a certificate, or was refused.
    certificateArn:
      edge.certificateArn ??
      new Certificate(global, "certificate", { domainName: publicName, zoneId: zoneId! }).certificateArn,
    source: source && origin(source.region.region, publicName),
    target: origin(target.region.region, publicName),
    active: source
      ? Token.asString(Fn.conditional(target.active, target.region.region, source.region.region))
      : target.region.region,
    flip: edge.flip,
    cachedPaths: edge.cachedPaths,
    webAclArn: edge.webAclArn,
    accessLogBucket: edge.accessLogBucket,
    importId: edge.adoptDistribution,
  });
  if (zoneId !== undefined) publicRecord(ground, edge, zoneId, distribution);
  return distribution;
}

const origin = (region: string, publicName: string) => ({
  id: region,
  domainName: originName(region, publicName),
});

/**
 * An alias, or a CNAME with the TTL that was asked for and a variable to bring it down ahead of the cutover. A workload
 * that runs has a record of its public name already, which becomes this one.
 */
function publicRecord(
  { global }: CutoverGround,
  edge: WorkloadEdge,
  zoneId: string,
  distribution: Edge,
): void {
  const { publicName: name, ttlSeconds } = edge;
  if (ttlSeconds === undefined) {
    new Alias(global, "public-name", {
      zoneId,
      name,
      targetName: distribution.domainName,
      targetZoneId: distribution.zoneId,
      ipv6: true,
      takeOver: true,
    });
    return;
  }
  const lowered = new TerraformVariable(global.node.scope!, "lower_ttl", {
    type: "bool",
    default: false,
    nullable: false,
    description:
      `Whether resolvers may keep ${name} for 60 seconds only instead of ${ttlSeconds}. Set it 48 hours before the cutover, ` +
      "and back a day after it.",
  });
  new DnsRecord(global, "public-name", {
    zoneId,
    name,
    type: "CNAME",
    values: [distribution.domainName],
    takeOver: true,
    ttlSeconds,
    lowered: Token.asString(lowered.value),
  });
}

/** The edge as the runbook needs it. */
export function edgePart({ relocation }: CutoverGround, edge: Edge): ManifestEdge {
  const { source, target, workload } = relocation;
  const common = {
    distributionId: edge.distributionId,
    publicName: workload.edge!.publicName,
    origins: { source: source.region, target: target.region },
  };
  if (!edge.router) return { flip: "distribution", ...common };
  return {
    flip: "key-value-store",
    ...common,
    routerFunctionName: edge.router.functionName,
    keyValueStoreArn: edge.router.keyValueStoreArn,
    activeKey: ACTIVE_KEY,
  };
}
