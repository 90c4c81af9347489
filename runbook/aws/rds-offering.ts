import { paginateDescribeOrderableDBInstanceOptions, type RDSClient } from "@aws-sdk/client-rds";

/** What a database is to run as. */
export interface RdsWish {
  /** As RDS writes it, such as `postgres` or `aurora-mysql`. */
  readonly engine: string;
  /** In full, such as `18.1`. */
  readonly engineVersion: string;
  /** Such as `db.r7g.large`. */
  readonly instanceClass: string;
}

/**
 * The availability zones of a region in which RDS has an instance class for a version of an engine: two are needed for a
 * standby in another zone, none means that the region does not offer it.
 *
 * Needs `rds:DescribeOrderableDBInstanceOptions`, for which AWS knows no resources.
 */
export async function zonesOffering(rds: RDSClient, wish: RdsWish): Promise<readonly string[]> {
  const zones = new Set<string>();
  const pages = paginateDescribeOrderableDBInstanceOptions(
    { client: rds },
    {
      Engine: wish.engine,
      EngineVersion: wish.engineVersion,
      DBInstanceClass: wish.instanceClass,
      Vpc: true,
    },
  );
  for await (const { OrderableDBInstanceOptions } of pages) {
    for (const { AvailabilityZones } of OrderableDBInstanceOptions ?? []) {
      for (const { Name } of AvailabilityZones ?? []) if (Name) zones.add(Name);
    }
  }
  return [...zones].sort();
}
