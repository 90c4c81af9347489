import { DbSnapshot } from "@cdktf/provider-aws/lib/db-snapshot";
import { DbSnapshotCopy } from "@cdktf/provider-aws/lib/db-snapshot-copy";
import type { TerraformCount } from "cdktf";
import { Construct } from "constructs";

export interface FinalSnapshotProps {
  /** Scope of the source region. */
  readonly source: Construct;
  /** Scope of the target region. */
  readonly target: Construct;
  /** RDS instance identifier of the source. */
  readonly instance: string;
  /** Identifier of the snapshot in the source, and of its copy in the target. */
  readonly snapshot: string;
  /** Key of the target region that encrypts the copy. */
  readonly targetKmsKeyArn: string;
  /** None before the source is retired, one after. */
  readonly count: TerraformCount;
}

/**
 * The source's last snapshot and its copy in the target region. Both refuse to be destroyed by Terraform.
 *
 * @returns expression for the list of copies: empty before the source is retired
 */
export function finalSnapshot(id: string, props: FinalSnapshotProps): string {
  const snapshot = new DbSnapshot(new Construct(props.source, id), "snapshot", {
    count: props.count,
    dbInstanceIdentifier: props.instance,
    dbSnapshotIdentifier: props.snapshot,
    lifecycle: { preventDestroy: true },
    timeouts: { create: "6h" },
  });
  const copy = new DbSnapshotCopy(new Construct(props.target, id), "copy", {
    count: props.count,
    // The binding's own reference knows nothing of counted resources.
    sourceDbSnapshotIdentifier: `\${aws_db_snapshot.${snapshot.friendlyUniqueId}[count.index].db_snapshot_arn}`,
    targetDbSnapshotIdentifier: props.snapshot,
    kmsKeyId: props.targetKmsKeyArn,
    copyTags: true,
    lifecycle: { preventDestroy: true },
    timeouts: { create: "6h" },
  });
  return `aws_db_snapshot_copy.${copy.friendlyUniqueId}[*].target_db_snapshot_identifier`;
}
