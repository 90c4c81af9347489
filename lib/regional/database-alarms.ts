import { Construct } from "constructs";
import type { DatabaseEngine } from "../workload/database";
import type { IDatabase } from "./database";
import { databaseAlarms, GIB, type Thresholds } from "./database-metric";

/** Which database is watched, and who hears of it. */
export interface DatabaseAlarmsProps {
  readonly database: IDatabase;
  /** Connections from which on an alarm is raised; RDS allows about 100 a GiB of memory. @default - 500 */
  readonly connections?: number;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

const COMMON: Thresholds = {
  cpu: {
    metric: "CPUUtilization",
    above: 80,
    statistic: "Average",
    minutes: 15,
    meaning: "The processor is busy, in percent; replication falls behind first.",
  },
  memory: {
    metric: "FreeableMemory",
    below: GIB / 4,
    statistic: "Minimum",
    minutes: 15,
    meaning: "Memory is nearly used up.",
  },
};

/** Aurora's storage grows by itself. */
const STORAGE: Thresholds = {
  storage: {
    metric: "FreeStorageSpace",
    below: 5 * GIB,
    statistic: "Minimum",
    minutes: 5,
    meaning: "Storage is nearly full; a full instance takes no writes at all.",
  },
};

const WRAPAROUND: Thresholds = {
  wraparound: {
    metric: "MaximumUsedTransactionIDs",
    above: 1_000_000_000,
    statistic: "Maximum",
    minutes: 5,
    meaning: "Vacuum does not keep up; at two thousand million transaction ids PostgreSQL takes no writes.",
  },
};

/** Sources: RDS and Aurora user guides, "Amazon CloudWatch metrics" of either. */
const BY_ENGINE: Readonly<Record<DatabaseEngine, Thresholds>> = {
  postgres: { ...STORAGE, ...WRAPAROUND },
  mysql: {
    ...STORAGE,
    "binary-log": {
      metric: "BinLogDiskUsage",
      above: 20 * GIB,
      statistic: "Maximum",
      minutes: 15,
      meaning: "Binary logs pile up: they are kept too long, or for a replica that does not come.",
    },
  },
  "aurora-postgresql": WRAPAROUND,
  "aurora-mysql": {},
};

/**
 * Alarms on what makes a database stop or crawl: processor, memory, connections, storage, and what its engine adds.
 *
 * Cost: three to five alarms a database.
 */
export class DatabaseAlarms extends Construct {
  constructor(scope: Construct, id: string, { database, connections, notify }: DatabaseAlarmsProps) {
    super(scope, id);
    const thresholds = {
      ...COMMON,
      connections: {
        metric: "DatabaseConnections",
        above: connections ?? 500,
        statistic: "Maximum",
        minutes: 5,
        meaning: "Connections run out; whoever follows the writer to the other region needs room there.",
      },
      ...BY_ENGINE[database.engine],
    } as const;
    databaseAlarms(this, database, thresholds, notify);
  }
}
