import { Fn, TerraformCount, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import { ArchiveBucket } from "../lib/retirement/archive-bucket";
import { finalSnapshot } from "../lib/retirement/final-snapshot";
import { LateTraffic } from "../lib/retirement/late-traffic";
import { PhaseStack } from "./phase-stack";
import type { RelocationProps } from "./relocation-props";
import type { StandbyStack } from "./standby";

/**
 * Last phase: what must outlive the source.
 *
 * Without `retire_source` it makes the archive bucket only. With it, after the runbook's `complete`: a final snapshot of
 * each source database with a copy in the target region, and the source's load balancer sends late visitors to the
 * public name. There is no way back from there: the snapshots refuse to be destroyed, and a source that redirects
 * cannot take the traffic again.
 *
 * Nothing is deleted here. The source's modules are deleted by the standby stack once their guards are lifted.
 */
export class DecommissionStack extends PhaseStack<"decommission"> {
  constructor(scope: Construct, relocation: RelocationProps, standby: StandbyStack) {
    super(scope, "decommission", relocation);
    const { workload } = relocation;
    const retire = new TerraformVariable(this, "retire_source", {
      type: "bool",
      default: false,
      nullable: false,
      description:
        `NOT REVERSIBLE. True takes the final snapshots of ${relocation.source.region} and has its load balancers send ` +
        `late visitors to ${workload.edge!.publicName}. Set it only after "relocate complete".`,
    });
    const count = TerraformCount.of(Token.asNumber(Fn.conditional(retire.value, 1, 0)));
    const source = this.openRegion(relocation.source.region);
    const target = this.openRegion(relocation.target.region);

    const archive = new ArchiveBucket(target, "archive", {
      name: `${workload.name}-archive`,
      region: relocation.target.region,
    });
    const copies = Object.entries(standby.source.databases).map(([name, database]) => {
      const list = finalSnapshot(name, {
        source,
        target,
        instance: database.identifier,
        snapshot: `${workload.name}-${name}-before-retirement`,
        targetKmsKeyArn: standby.target.databases[name]!.kmsKeyArn,
        count,
      });
      return `{ for copy in ${list} : "${name}" => copy }`;
    });
    for (const [name, service] of Object.entries(standby.source.services)) {
      new LateTraffic(source, `${name}-late-traffic`, {
        listenerArn: service.listenerArn,
        publicName: workload.edge!.publicName,
        count,
      });
    }
    this.tell({
      finalSnapshots: Token.asAny(`\${merge({}, ${copies.join(", ") || "{}"})}`) as unknown as Record<
        string,
        string
      >,
      archiveBucket: archive.bucketName,
      finalBackupParameter: "",
    });
  }
}
