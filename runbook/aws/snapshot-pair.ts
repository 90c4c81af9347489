import type { ManifestDatabase } from "../../lib/manifest";
import type { SnapshotPair } from "../world";
import type { Clients } from "./clients";
import { databasePair, type PairOptions } from "./database-pair";

/** Whether the runbook can tell and replay what a database's snapshot lacks. */
export const isReplayed = ({ engine, strategy }: ManifestDatabase): boolean =>
  strategy === "snapshot" && (engine === "postgres" || engine === "aurora-postgresql");

/** A database that is replayed. Needs `secretsmanager:GetSecretValue` on the operators' secrets, `kms:Decrypt` on their keys. */
export function snapshotPair(
  clients: Clients,
  options: Omit<PairOptions, "endpoint"> & { readonly workload: string },
): SnapshotPair {
  const { name, database, regions, workload } = options;
  const pair = databasePair(clients, {
    ...options,
    endpoint: { kind: "host-list" },
  });
  return {
    name,
    databaseName: pair.databaseName,
    applicationRoles: pair.applicationRoles,
    // Without it the stacks refuse the strategy.
    acceptedLossMinutes: database.acceptedLossMinutes ?? 0,
    async operator(side) {
      if (database[side].host === "")
        throw new Error(
          `no snapshot was restored in ${regions[side]} yet, or the outputs are older than that: deploy ${workload}-standby with ` +
            `--var ${name.replaceAll("-", "_")}_snapshot=<snapshot>, then write the outputs again`,
        );
      return pair.operator(side);
    },
  };
}
