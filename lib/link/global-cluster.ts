import { RdsGlobalCluster } from "@cdktf/provider-aws/lib/rds-global-cluster";
import { Construct } from "constructs";
import { limitName } from "../regional/name-limit";
import type { IDatabase } from "../regional/database";

/** Which cluster becomes the first member of a global database. */
export interface GlobalClusterProps {
  /** Id of the global database; unique in the account. Changing it plans another one. */
  readonly name: string;
  /** The Aurora cluster that is its primary when it is made. Who is primary later is the runbook's business. */
  readonly primary: IDatabase;
}

/**
 * An Aurora global database around a cluster that exists: the link between the two regions with the strategy
 * `aurora-global`. The other region's `DatabaseCluster` joins it by `globalClusterId` and `secondaryOf`.
 *
 * The runbook switches over by API (`SwitchoverGlobalCluster`): the hold lasts about a minute, nothing is lost, and the
 * old primary follows as a secondary, which is the way back. Terraform shows no difference afterwards.
 *
 * It stands in the scope of its primary's region. Destroying it destroys no data: Terraform takes the clusters out of it
 * first, secondaries before the primary, and each goes on alone. But that ends the replication, hence `prevent_destroy`,
 * which goes together with the code of the construct.
 *
 * Cost: none of its own; see `DatabaseCluster`.
 */
export class GlobalCluster extends Construct {
  /** For the secondary's `globalClusterId`. */
  readonly globalClusterId: string;

  constructor(scope: Construct, id: string, props: GlobalClusterProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "global database",
      longest: 63,
      form: /^[a-z](-?[a-z0-9])*$/,
      formInWords: "lower-case letters, digits and single hyphens, first a letter, last no hyphen",
    });
    const cluster = new RdsGlobalCluster(this, "cluster", {
      globalClusterIdentifier: props.name,
      sourceDbClusterIdentifier: props.primary.arn,
      // The provider asks for it whenever there is a source; it takes members out, it deletes none.
      forceDestroy: true,
      lifecycle: {
        preventDestroy: true,
        // AWS cannot say who was first, and says the primary's database name: the provider would replace it for either.
        ignoreChanges: ["database_name", "source_db_cluster_identifier"],
      },
    });
    this.globalClusterId = cluster.id;
  }
}
