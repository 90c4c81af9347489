import type { TerraformCount } from "cdktf";
import { ArchiveBucket } from "../lib/retirement/archive-bucket";
import { BackupVault } from "../lib/retirement/backup-vault";
import { FinalBackup } from "../lib/retirement/final-backup";
import { finalSnapshot } from "../lib/retirement/final-snapshot";
import type { RegionScope } from "../lib/scope/region-scope";
import { databaseChoices } from "../lib/workload/database-choices";
import type { ByName, Workload } from "../lib/workload/workload";
import { mapValues } from "./by-name";

export interface KeptOfSourceProps {
  readonly workload: Workload;
  readonly source: RegionScope;
  readonly target: RegionScope;
  /** RDS identifier of each of the source's databases. */
  readonly identifiers: ByName<string>;
  /** Expression for when the way back ended. */
  readonly completedAt: string;
  /** How many of each final snapshot: none before the source is retired, one after. */
  readonly count: TerraformCount;
}

/** What outlives the source, and the very same once it is gone. */
export interface KeptOfSource {
  readonly archive: ArchiveBucket;
  readonly vaults: { readonly source: BackupVault; readonly target: BackupVault };
  /** Expressions for the final snapshots' identifiers by database; empty before the source is retired. */
  readonly snapshotIds: ByName<string>;
  readonly finalBackup: FinalBackup;
}

/**
 * Days that each daily backup is kept, and cannot be deleted by mistake. The source's own are only what the copies are
 * made from; what is kept for good is the final snapshot.
 */
const KEEP_DAYS = { source: 7, target: 90 };

/** Makes what keeps the source's data after it: an archive, a backup vault in each region, the final snapshots. */
export function keptOfSource(props: KeptOfSourceProps): KeptOfSource {
  const { workload, source, target, identifiers, completedAt, count } = props;
  const archive = new ArchiveBucket(target, "archive", {
    name: `${workload.name}-archive`,
    region: target.region,
  });
  const vaultIn = (scope: RegionScope, keepDays: number) =>
    new BackupVault(scope, "vault", { name: `${workload.name}-relocation`, keepDays });
  const vaults = {
    source: vaultIn(source, KEEP_DAYS.source),
    target: vaultIn(target, KEEP_DAYS.target),
  };

  const snapshots = mapValues(workload.databases, (database, name) =>
    finalSnapshot(source, name, {
      engine: databaseChoices(name, database).engine,
      identifier: identifiers[name]!,
      snapshot: `${workload.name}-${name}-at-retirement`,
      kmsKeyArn: vaults.source.kmsKeyArn,
      count,
    }),
  );
  const finalBackup = new FinalBackup(target, "final-backup", {
    workload: workload.name,
    completedAt,
    snapshots,
    count,
  });
  return {
    archive,
    vaults,
    snapshotIds: mapValues(snapshots, (list) => `\${join("", ${list})}`),
    finalBackup,
  };
}
