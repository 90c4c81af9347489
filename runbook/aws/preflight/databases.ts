import type { ManifestDatabase } from "../../../lib/manifest";
import type { Clients } from "../clients";
import { describeInstance, type RdsInstance } from "../rds-instance";
import { zonesOffering } from "../rds-offering";
import type { AwsFinding, AwsLook } from "./finding";

/** Two are needed for a standby in another zone. */
const ZONES = 2;

/** Whether the target's database can carry what the source's carries. Aurora is left to RDS' own switchover. */
export const databaseLook = (
  clients: Clients,
  regions: { readonly source: string; readonly target: string },
  databases: Readonly<Record<string, ManifestDatabase>>,
): AwsLook => ({
  id: "instances",
  title: "The target's databases are as large and as well kept as the source's",
  async find() {
    const plain = Object.entries(databases).filter(([, { engine }]) => !engine.startsWith("aurora"));
    const found = await Promise.all(
      plain.map(async ([name, database]) => {
        const [source, target] = await Promise.all([
          describeInstance(clients.in("rds", regions.source), database.source.identifier),
          describeInstance(clients.in("rds", regions.target), database.target.identifier),
        ]);
        const zones = await zonesOffering(clients.in("rds", regions.target), source);
        return [
          ...offerFindings(name, source, zones, regions.target),
          ...twinFindings(name, source, target, database.strategy === "physical"),
        ];
      }),
    );
    return found.flat();
  },
});

function offerFindings(
  name: string,
  { instanceClass, engine, engineVersion }: RdsInstance,
  zones: readonly string[],
  region: string,
): AwsFinding[] {
  if (zones.length >= ZONES) return [];
  return [
    {
      severity: "warns",
      found: `${name}: ${instanceClass} with ${engine} ${engineVersion} is offered in ${zones.length === 0 ? "no zone" : zones.join(", ")} of ${region}`,
      expected: "two zones, so that a standby can stand in another one",
      fix: `choose a class that ${region} offers: aws rds describe-orderable-db-instance-options --region ${region} --engine ${engine} --engine-version ${engineVersion}`,
    },
  ];
}

/** What of two instances differs to the target's disadvantage. Pure. */
export function twinFindings(
  name: string,
  source: RdsInstance,
  target: RdsInstance,
  isReplica: boolean,
): AwsFinding[] {
  const finding = (found: string, expected: string, fix: string): AwsFinding => ({
    severity: "warns",
    found: `${name}: the target's ${found}`,
    expected,
    fix,
  });
  return [
    ...(target.status === "available"
      ? []
      : [
          {
            ...finding(`instance is ${target.status}`, "available", "wait, or see its events"),
            severity: "blocks" as const,
          },
        ]),
    ...(target.instanceClass === source.instanceClass
      ? []
      : [
          finding(
            `class is ${target.instanceClass}`,
            `${source.instanceClass}, as the source's`,
            "change it in the workload, or know that it is enough",
          ),
        ]),
    ...(target.storageGib >= source.storageGib
      ? []
      : [
          finding(
            `storage is ${target.storageGib} GiB`,
            `${source.storageGib} GiB or more`,
            "raise it and deploy the standby stack",
          ),
        ]),
    ...(target.multiAz || !source.multiAz
      ? []
      : [
          finding(
            "instance has no standby in another zone",
            "one, as the source has",
            "set multiAz and deploy the standby stack",
          ),
        ]),
    ...(target.deletionProtection
      ? []
      : [
          finding(
            "instance may be deleted",
            "deletion protection",
            "set deletionProtection and deploy the standby stack",
          ),
        ]),
    ...(target.backupRetentionDays > 0
      ? []
      : [
          finding(
            "instance keeps no backups",
            "a day or more",
            isReplica
              ? "it gets them when it is promoted"
              : "set backupRetentionDays and deploy the standby stack",
          ),
        ]),
  ];
}
