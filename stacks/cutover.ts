import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Fn, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import { Alias } from "../lib/global/alias";
import { Certificate } from "../lib/global/certificate";
import { Edge } from "../lib/global/edge";
import { EdgeAccess } from "../lib/global/edge-access";
import { ACTIVE_KEY } from "../lib/global/edge-router";
import type { ManifestEdge } from "../lib/manifest";
import { originName } from "./names";
import { PhaseStack } from "./phase-stack";
import type { RelocationProps } from "./relocation-props";
import type { StandbyStack } from "./standby";

/**
 * Third phase: the edge in front of both regions, and the variable `cutover` that turns it.
 *
 * A flip updates the key-value entry and the router function (or the distribution's target origin) in place and
 * nothing that holds data. A workload with a database is switched by the runbook, whose last steps write exactly what
 * `cutover=true` would: the deploy afterwards plans no change. Set the variable back to go back.
 *
 * Deploying it the first time brings the public name to this distribution. AWS refuses that while another distribution
 * carries the name, and Terraform while the name has records it does not manage: import those records, or delete them.
 */
export class CutoverStack extends PhaseStack<"cutover"> {
  constructor(scope: Construct, relocation: RelocationProps, standby: StandbyStack) {
    super(scope, "cutover", relocation);
    const { workload } = relocation;
    const { publicName, zone } = workload.edge!;
    const cutover = new TerraformVariable(this, "cutover", {
      type: "bool",
      default: false,
      nullable: false,
      description:
        `Which region answers ${publicName}: false for ${relocation.source.region}, true for ${relocation.target.region}. ` +
        "With a database, let the runbook switch first: it moves the writer before the visitors.",
    });
    const active = Token.asString(
      Fn.conditional(cutover.value, relocation.target.region, relocation.source.region),
    );

    const global = this.openGlobal();
    const zoneId = new DataAwsRoute53Zone(global, "zone", { name: zone, privateZone: false }).zoneId;
    const certificate = new Certificate(global, "certificate", { domainName: publicName, zoneId });
    const edge = new Edge(global, "edge", {
      name: workload.name,
      publicName,
      certificateArn: certificate.certificateArn,
      source: origin(relocation.source.region, publicName),
      target: origin(relocation.target.region, publicName),
      active,
      flip: workload.edge!.flip,
    });
    new Alias(global, "public-name", {
      zoneId,
      name: publicName,
      targetName: edge.domainName,
      targetZoneId: edge.zoneId,
      ipv6: true,
    });
    new EdgeAccess(global, "runner-access", { roleName: standby.runner.task.roleName, edge });
    this.tell({ edge: this.edgePart(edge), workers: {}, schedules: {}, writerNames: {} });
  }

  private edgePart({ distributionId, router }: Edge): ManifestEdge {
    const { workload, source, target } = this.relocation;
    const common = {
      distributionId,
      publicName: workload.edge!.publicName,
      origins: { source: source.region, target: target.region },
    };
    if (!router) return { flip: "distribution", ...common };
    return {
      flip: "key-value-store",
      ...common,
      routerFunctionName: router.functionName,
      keyValueStoreArn: router.keyValueStoreArn,
      activeKey: ACTIVE_KEY,
    };
  }
}

const origin = (region: string, publicName: string) => ({
  id: region,
  domainName: originName(region, publicName),
});
