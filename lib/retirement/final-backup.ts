import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { TerraformCount } from "cdktf";
import { Construct } from "constructs";
import type { ByName } from "../workload/workload";

/** Which last snapshots the proof of the final backup names. */
export interface FinalBackupProps {
  /** Name of the workload, such as `storefront`. */
  readonly workload: string;
  /** Expression for when the way back ended, as `retirementGuard` returns it. */
  readonly completedAt: string;
  /** By database: expression for the list of its kept snapshots, as `finalSnapshot` returns it. */
  readonly snapshots: ByName<string>;
  /** None before the source is retired, one after. */
  readonly count: TerraformCount;
}

/** Name of the parameter that says that the source may go. */
export const finalBackupParameter = (workload: string): string => `/relocate/${workload}/final-backup`;

/**
 * The proof that the source's last snapshots stand: JSON with `completedAt` and `snapshots`. Stands in the target
 * region.
 *
 * Terraform writes it after it has waited for every snapshot, and once: it repeats when the way back ended, because the
 * parameter that said so goes with the replication stack.
 *
 * Cost: none.
 */
export class FinalBackup extends Construct {
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: FinalBackupProps) {
    super(scope, id);
    this.parameterName = finalBackupParameter(props.workload);
    const snapshots = Object.entries(props.snapshots).map(([name, list]) => `"${name}" = one(${list})`);
    new SsmParameter(this, "parameter", {
      count: props.count,
      name: this.parameterName,
      description: "The source's last snapshots stand: it may be deleted",
      type: "String",
      insecureValue: `\${jsonencode({ completedAt = ${props.completedAt}, snapshots = { ${snapshots.join(", ")} } })}`,
      lifecycle: { preventDestroy: true, ignoreChanges: ["insecure_value"] },
    });
  }
}
