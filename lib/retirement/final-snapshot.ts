import { DbClusterSnapshot } from "@cdktf/provider-aws/lib/db-cluster-snapshot";
import { DbSnapshot } from "@cdktf/provider-aws/lib/db-snapshot";
import { DbSnapshotCopy } from "@cdktf/provider-aws/lib/db-snapshot-copy";
import { RdsClusterSnapshotCopy } from "@cdktf/provider-aws/lib/rds-cluster-snapshot-copy";
import type { TerraformCount } from "cdktf";
import { Construct } from "constructs";
import { limitName } from "../regional/name-limit";
import type { DatabaseEngine } from "../workload/database";

/** Which database's last snapshot is taken, and how it is called. */
export interface FinalSnapshotProps {
  /** @default "postgres" */
  readonly engine?: DatabaseEngine;
  /** RDS identifier of the instance, or of the cluster with Aurora. */
  readonly identifier: string;
  /** Identifier of the snapshot, 250 characters at most, 58 with Aurora; its copy has `-kept` appended. */
  readonly snapshot: string;
  /** ARN of a key of this region that outlives the database's own, such as that of a `BackupVault`. */
  readonly kmsKeyArn: string;
  /** None before the source is retired, one after. */
  readonly count: TerraformCount;
}

/** Appended to the name of what is copied. */
const KEPT = "-kept";
/** Sources: RDS API reference, CreateDBSnapshot and CreateDBClusterSnapshot. */
const LONGEST_NAME = { instance: 255, cluster: 63 };

/** What all of them have in common: large databases take hours. */
const patient = { timeouts: { create: "6h" } };

/**
 * A database's last snapshot, and a copy under a key that stays: the snapshot itself is unreadable once the database's
 * key is gone. Terraform waits for both, and refuses to destroy either.
 *
 * Both stand in the database's own region. An encrypted snapshot crosses regions only with a request that is signed in
 * advance (RDS API reference, CopyDBSnapshot, `PreSignedUrl`), which the AWS provider does not make; AWS Backup does,
 * see `CrossRegionBackup`.
 *
 * Cost: snapshot storage, twice.
 *
 * @param scope of the database's region
 * @returns expression, without the braces, for the list of the copies' identifiers: empty before the source is retired
 */
export function finalSnapshot(scope: Construct, id: string, props: FinalSnapshotProps): string {
  const inner = new Construct(scope, id);
  const ofAurora = props.engine?.startsWith("aurora") === true;
  limitName(inner, props.snapshot, {
    what: "snapshot",
    longest: LONGEST_NAME[ofAurora ? "cluster" : "instance"] - KEPT.length,
    form: /^[a-zA-Z](-?[a-zA-Z0-9])*$/,
    formInWords: "letters, digits and single hyphens, first a letter, last no hyphen",
  });
  return ofAurora ? ofCluster(inner, props) : ofInstance(inner, props);
}

/** RDS does not promise to tell what a copy within one region was made of, and another origin would mean another copy. */
const copied = (origin: string) => ({ preventDestroy: true, ignoreChanges: [origin] });

function ofInstance(scope: Construct, props: FinalSnapshotProps): string {
  const snapshot = new DbSnapshot(scope, "snapshot", {
    ...patient,
    lifecycle: { preventDestroy: true },
    count: props.count,
    dbInstanceIdentifier: props.identifier,
    dbSnapshotIdentifier: props.snapshot,
  });
  const copy = new DbSnapshotCopy(scope, "copy", {
    ...patient,
    lifecycle: copied("source_db_snapshot_identifier"),
    count: props.count,
    // The binding's own reference knows nothing of counted resources.
    sourceDbSnapshotIdentifier: `\${aws_db_snapshot.${snapshot.friendlyUniqueId}[count.index].db_snapshot_arn}`,
    targetDbSnapshotIdentifier: `${props.snapshot}${KEPT}`,
    kmsKeyId: props.kmsKeyArn,
    copyTags: true,
  });
  return `aws_db_snapshot_copy.${copy.friendlyUniqueId}[*].target_db_snapshot_identifier`;
}

function ofCluster(scope: Construct, props: FinalSnapshotProps): string {
  const snapshot = new DbClusterSnapshot(scope, "snapshot", {
    ...patient,
    lifecycle: { preventDestroy: true },
    count: props.count,
    dbClusterIdentifier: props.identifier,
    dbClusterSnapshotIdentifier: props.snapshot,
  });
  const copy = new RdsClusterSnapshotCopy(scope, "copy", {
    ...patient,
    lifecycle: copied("source_db_cluster_snapshot_identifier"),
    count: props.count,
    sourceDbClusterSnapshotIdentifier: `\${aws_db_cluster_snapshot.${snapshot.friendlyUniqueId}[count.index].db_cluster_snapshot_arn}`,
    targetDbClusterSnapshotIdentifier: `${props.snapshot}${KEPT}`,
    kmsKeyId: props.kmsKeyArn,
    copyTags: true,
  });
  return `aws_rds_cluster_snapshot_copy.${copy.friendlyUniqueId}[*].target_db_cluster_snapshot_identifier`;
}
