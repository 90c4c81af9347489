import { Alias } from "../lib/global/alias";
import { ValidationRecord } from "../lib/global/validation-record";
import { LoadBalancer, type ILoadBalancer } from "../lib/regional/load-balancer";
import { nameOfLoadBalancer } from "../lib/regional/load-balancer-adoption";
import { OriginCertificate } from "../lib/regional/origin-certificate";
import type { GlobalScope } from "../lib/scope/global-scope";
import { originName } from "./names";
import type { RegionGround } from "./region-ground";
import type { RegionModules } from "./region-modules";

/** What the entries of both regions share. */
export interface EntryGround {
  readonly global: GlobalScope;
  /** Id of the public zone. @default - DNS is kept elsewhere */
  readonly zoneId?: string;
}

/**
 * One region's load balancer with the name that the edge calls it by.
 *
 * @returns undefined for a workload that nothing answers the world of
 */
export function regionEntry(
  shared: EntryGround,
  ground: RegionGround,
  { network }: RegionModules,
): ILoadBalancer | undefined {
  const { scope, workload, existing, side } = ground;
  if (!workload.edge) return undefined;
  const domainName = originName(scope.region, workload.edge.publicName);
  const importIds = side.adopt?.loadBalancer;
  const entry =
    existing.loadBalancer ??
    new LoadBalancer(scope, "load-balancer", {
      name: importIds === undefined ? workload.name : nameOfLoadBalancer(importIds.loadBalancer),
      network,
      certificateArn: side.originCertificateArn ?? provenCertificate(shared, ground, domainName),
      deletionProtection: side.deletionProtection,
      importIds,
    });
  if (shared.zoneId !== undefined) {
    new Alias(shared.global, `${scope.region}-origin`, {
      zoneId: shared.zoneId,
      name: domainName,
      targetName: entry.dnsName,
      targetZoneId: entry.zoneId,
    });
  }
  return entry;
}

function provenCertificate(
  { global, zoneId }: EntryGround,
  { scope }: RegionGround,
  domainName: string,
): string {
  const certificate = new OriginCertificate(scope, "origin-certificate", { domainName });
  const proof = new ValidationRecord(global, `${scope.region}-origin-proof`, {
    // An edge without a zone comes with certificates, or was refused.
    zoneId: zoneId!,
    certificate: certificate.certificate,
  });
  return certificate.validate(proof.fqdn);
}
