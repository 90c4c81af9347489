import { Construct } from "constructs";
import type { IDatabase } from "../regional/database";
import { type EngineFacts, ENGINES } from "../regional/database-engine";
import { databaseAlarms, GIB, type Thresholds } from "../regional/database-metric";
import type { DatabaseStrategy } from "../workload/database";

/** Which database's replication is watched, and who hears of it. */
export interface LagAlarmsProps {
  readonly database: IDatabase;
  /** How its rows get to the other region. @default "logical" */
  readonly strategy?: DatabaseStrategy;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

/** On the side that is subscribed to. Source: RDS user guide, "Amazon CloudWatch instance-level metrics for Amazon RDS". */
const LOGICAL: Thresholds = {
  "slot-lag": {
    metric: "OldestReplicationSlotLag",
    above: GIB / 4,
    statistic: "Maximum",
    minutes: 5,
    meaning: "The other region lags behind, in bytes; a cutover now would have to wait for it.",
  },
  "slot-disk": {
    metric: "ReplicationSlotDiskUsage",
    above: 5 * GIB,
    statistic: "Maximum",
    minutes: 5,
    meaning: "A replication slot keeps old WAL: its subscription is stopped or broken.",
  },
  "log-disk": {
    metric: "TransactionLogsDiskUsage",
    above: 10 * GIB,
    statistic: "Maximum",
    minutes: 5,
    meaning: "WAL piles up, and would fill the storage in the end.",
  },
};

/**
 * Seconds from which on a replica lags. One of PostgreSQL shows up to five minutes as long as nobody writes: it counts from
 * the last commit, and RDS switches WAL segments no sooner.
 */
const REPLICA_LAG = { postgres: 360, mysql: 30 };

/**
 * On the replica. Sources: RDS user guide, "Monitoring read replication" and "Read replica limitations with PostgreSQL".
 */
const replica = (dialect: EngineFacts["dialect"]): Thresholds => ({
  "replica-lag": {
    metric: "ReplicaLag",
    above: REPLICA_LAG[dialect],
    statistic: "Maximum",
    minutes: 5,
    meaning: "The replica lags behind, in seconds; a cutover now would have to wait for it.",
  },
});

/** On the secondary. Source: Aurora user guide, "Monitoring an Amazon Aurora global database". */
const GLOBAL: Thresholds = {
  "global-lag": {
    metric: "AuroraGlobalDBReplicationLag",
    above: 5000,
    statistic: "Maximum",
    minutes: 5,
    meaning: "The secondary lags behind, in milliseconds; a switchover now would have to wait for it.",
  },
};

/** What replication shows of itself, by engine family and strategy; a metric of the other side is absent and quiet. */
function thresholds({ engine }: IDatabase, strategy: DatabaseStrategy): Thresholds {
  const { dialect } = ENGINES[engine];
  const logical = dialect === "postgres" ? LOGICAL : {};
  switch (strategy) {
    case "logical":
      return logical;
    case "physical":
    case "seeded":
      return { ...replica(dialect), ...logical };
    case "aurora-global":
      return GLOBAL;
    case "snapshot":
      return {};
  }
}

/**
 * Alarms on one side's database for what replication can do to it: lag, and WAL that is kept for a subscriber that does not
 * come. The same on both sides: the replication runs both ways, or turns round at the switch.
 *
 * Cost: one to four alarms a database; none for `snapshot`, where nothing replicates.
 */
export class LagAlarms extends Construct {
  constructor(scope: Construct, id: string, { database, strategy, notify }: LagAlarmsProps) {
    super(scope, id);
    databaseAlarms(this, database, thresholds(database, strategy ?? "logical"), notify);
  }
}
