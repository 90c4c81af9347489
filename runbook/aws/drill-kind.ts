import type { RDSClient } from "@aws-sdk/client-rds";
import { describeCluster } from "./rds-cluster";
import { describeInstance } from "./rds-instance";
import { removeScratch, restoreScratch } from "./rds-scratch";
import { removeScratchCluster, restoreScratchCluster } from "./rds-scratch-cluster";
import type { SnapshotKind } from "./rds-snapshot-kind";
import type { Waiting } from "./wait";

/** What a scratch database is reached by. */
export interface Scratch {
  readonly identifier: string;
  /** @default - not yet reachable */
  readonly endpoint?: { readonly host: string; readonly port: number };
  /** @default - the password is not kept by RDS */
  readonly operatorSecretArn?: string;
}

/** The database of the region that is restored into, whose place and size a scratch database is given. */
export interface DrillTwin {
  readonly instanceClass: string;
  readonly engine: string;
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
  /** @default - not encrypted */
  readonly kmsKeyArn?: string;
}

/** How a drill restores one kind of database. */
export interface DrillKind {
  twin(rds: RDSClient, identifier: string): Promise<DrillTwin>;
  /** @param name of the snapshot, and of the scratch database */
  restore(rds: RDSClient, name: string, twin: DrillTwin, waiting: Waiting): Promise<Scratch>;
  find(rds: RDSClient, name: string): Promise<Scratch>;
  remove(rds: RDSClient, name: string, waiting: Waiting): Promise<void>;
}

/** Instances and Aurora clusters. */
export const DRILL_KINDS: Readonly<Record<SnapshotKind, DrillKind>> = {
  instance: {
    twin: describeInstance,
    restore: (rds, name, { instanceClass, subnetGroup, securityGroupIds }, waiting) =>
      restoreScratch(
        rds,
        { snapshot: name, identifier: name, instanceClass, subnetGroup, securityGroupIds },
        waiting,
      ),
    find: describeInstance,
    remove: removeScratch,
  },
  cluster: {
    async twin(rds, identifier) {
      const cluster = await describeCluster(rds, identifier);
      const [member] = cluster.instances;
      if (!member) {
        throw new Error(
          `${await rds.config.region()}: cluster ${identifier}: no instance, expected one whose class the scratch ` +
            "cluster is given; add one",
        );
      }
      const { instanceClass } = await describeInstance(rds, member.identifier);
      return { ...cluster, instanceClass };
    },
    restore: (rds, name, { instanceClass, engine, subnetGroup, securityGroupIds }, waiting) =>
      restoreScratchCluster(
        rds,
        { snapshot: name, identifier: name, engine, instanceClass, subnetGroup, securityGroupIds },
        waiting,
      ),
    find: describeCluster,
    remove: removeScratchCluster,
  },
};
