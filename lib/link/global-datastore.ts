import { ElasticacheGlobalReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-global-replication-group";
import { Construct } from "constructs";
import type { ICache } from "../regional/cache";
import { limitName } from "../regional/name-limit";

/** Which cache becomes the first member of a global datastore. */
export interface GlobalDatastoreProps {
  /** Suffix of its id, to which AWS adds a prefix of its own. Changing it plans a new one. */
  readonly name: string;
  /** The cache that takes writes when it is made: the source's. Node type `large` or more. */
  readonly primary: ICache;
  /** Id of one that exists and is managed here from now on, such as `ldgnf-storefront-sessions`. @default - a new one */
  readonly importId?: string;
}

/**
 * Replicates a cache into another region. The other region's cache joins with `globalDatastoreId`; what it held is gone.
 *
 * Stands in the scope of the primary. Promotion is done by API alone (`failover-global-replication-group`) and shows no
 * drift here: which member is the primary is looked at only once, when it is made. Until the promotion the other region's
 * cache takes no writes, and there is no way to have two that do. That a replica takes over from a failed node is set for
 * all members at once, here; look whether the one that joined has it (not confirmed in AWS).
 *
 * Destroying it parts the members, and both keep what they hold. From its making on, AWS manages version, node type and
 * parameters of all members through it.
 *
 * Cost: the caches, and traffic between the regions.
 */
export class GlobalDatastore extends Construct {
  /** Whole id, with the prefix that AWS gives. */
  readonly globalDatastoreId: string;

  constructor(scope: Construct, id: string, props: GlobalDatastoreProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "global datastore",
      longest: 40,
      form: /^[a-z](-?[a-z0-9])*$/,
      formInWords: "lower-case letters, digits and single hyphens, first a letter, last no hyphen",
    });
    const datastore = new ElasticacheGlobalReplicationGroup(this, "datastore", {
      globalReplicationGroupIdSuffix: props.name,
      globalReplicationGroupDescription: `Members of ${props.name} in two regions`,
      primaryReplicationGroupId: props.primary.replicationGroupId,
      automaticFailoverEnabled: true,
      // Another primary would have Terraform replace it, and a promotion makes another primary.
      lifecycle: { ignoreChanges: ["primary_replication_group_id"] },
    });
    if (props.importId !== undefined) datastore.importFrom(props.importId);
    this.globalDatastoreId = datastore.globalReplicationGroupId;
  }
}
