import { TerraformVariable } from "cdktf";
import { GlobalCluster } from "../lib/link/global-cluster";
import { Database, type IDatabase } from "../lib/regional/database";
import { DatabaseAlarms } from "../lib/regional/database-alarms";
import { DatabaseCluster } from "../lib/regional/database-cluster";
import { DatabaseCredentials } from "../lib/regional/database-credentials";
import type { INetwork } from "../lib/regional/network";
import type { DatabaseStrategy } from "../lib/workload/database";
import type { ByName } from "../lib/workload/workload";
import { mapValues } from "./by-name";
import { databaseChoices, isAurora, type DatabaseChoices } from "../lib/workload/database-choices";
import { nameIn, type RegionGround } from "./region-ground";

const REPLICATED_BY_AWS: readonly DatabaseStrategy[] = ["physical", "seeded", "aurora-global"];

/** One region's databases with the passwords of their application roles. */
export function regionDatabases(
  ground: RegionGround,
  network: INetwork,
): { readonly databases: ByName<IDatabase>; readonly credentials: ByName<string> } {
  const { workload, existing, side, scope } = ground;
  const databases = mapValues(workload.databases, (_, name) => {
    const database = existing.databases?.[name] ?? newDatabase(ground, network, name);
    new DatabaseAlarms(scope, `${name}-alarms`, { database, notify: side.notify });
    return database;
  });
  return { databases, credentials: mapValues(workload.databases, (_, name) => password(ground, name)) };
}

function newDatabase(ground: RegionGround, network: INetwork, name: string): IDatabase {
  const { scope, workload, side, role } = ground;
  const database = workload.databases![name]!;
  const choices = databaseChoices(name, database);
  const importId = side.adopt?.databases?.[name];
  const common = {
    name: importId ?? nameIn(ground, name),
    network,
    engineVersion: choices.engineVersion[role],
    databaseName: choices.databaseName,
    instanceClass: database.instanceClass,
    deletionProtection: side.deletionProtection,
    importId,
    idOffset: role === "source" ? (1 as const) : (2 as const),
    restoreFrom: restored(ground, name, choices),
    // AWS replicates no database whose operator's password RDS keeps.
    operatorPassword: choices.strategy === "logical" ? ("rds" as const) : ("module" as const),
  };
  if (isAurora(choices.engine)) {
    return new DatabaseCluster(scope, name, {
      ...common,
      engine: choices.engine,
      ...globalMember(ground, name, choices),
    });
  }
  return new Database(scope, name, {
    ...common,
    engine: choices.engine,
    storageGib: database.storageGib,
    replicaOf: REPLICATED_BY_AWS.includes(choices.strategy) ? ground.first?.databases[name] : undefined,
  });
}

/** With strategy `snapshot`, the target's database is made when there is a snapshot to restore it from. */
function restored(ground: RegionGround, name: string, { strategy }: DatabaseChoices): string | undefined {
  if (strategy !== "snapshot" || ground.role === "source") return undefined;
  const { acceptedLossMinutes } = ground.workload.databases![name]!;
  return new TerraformVariable(ground.scope.node.scope!, `${name.replaceAll("-", "_")}_snapshot`, {
    type: "string",
    default: "",
    nullable: false,
    description:
      `Snapshot in ${ground.scope.region} that the database "${name}" is restored from; empty as long as there is none. ` +
      `ACCEPTED LOSS: up to ${acceptedLossMinutes} minutes of acknowledged writes.`,
  }).stringValue;
}

/** With strategy `aurora-global`, the source's cluster becomes a global database and the target's its secondary. */
function globalMember({ first, workload }: RegionGround, name: string, { strategy }: DatabaseChoices) {
  const primary = first?.databases[name];
  if (strategy !== "aurora-global" || !first || !primary) return {};
  const { globalClusterId } = new GlobalCluster(first.scope, `${name}-global`, {
    name: `${workload.name}-${name}-global`,
    primary,
  });
  return { globalClusterId, secondaryOf: primary };
}

/** The first region's password is made up; the other one's secret holds a copy of it and stands alone. */
function password(ground: RegionGround, name: string): string {
  const { scope, workload, existing, first } = ground;
  const found = existing.credentials?.[name];
  if (found !== undefined) return found;
  const { applicationRole } = databaseChoices(name, workload.databases![name]!);
  const original = first?.credentials[name];
  return new DatabaseCredentials(scope, `${name}-credentials`, {
    name: `${workload.name}/${name}/${applicationRole}`,
    copyOf: original === undefined ? undefined : { secretArn: original },
  }).secretArn;
}
