import type { IBucket } from "../lib/regional/bucket";
import type { ICache } from "../lib/regional/cache";
import type { IDatabase } from "../lib/regional/database";
import type { IKey } from "../lib/regional/key";
import type { IMailIdentity } from "../lib/regional/mail-identity";
import { Network, type INetwork } from "../lib/regional/network";
import type { IQueue } from "../lib/regional/queue";
import type { IRegistry } from "../lib/regional/registry";
import type { ISecret } from "../lib/regional/secret";
import type { RegionScope } from "../lib/scope/region-scope";
import type { ByName } from "../lib/workload/workload";
import { regionCaches } from "./region-caches";
import { regionDatabases } from "./region-databases";
import type { RegionGround } from "./region-ground";
import { regionMail } from "./region-mail";
import { regionStores } from "./region-stores";

/** One region's half of the workload without its services, by the workload's names. */
export interface RegionModules {
  readonly scope: RegionScope;
  readonly region: string;
  readonly network: INetwork;
  readonly databases: ByName<IDatabase>;
  /** ARN in this region of the secret whose whole text is the application role's password, by database. */
  readonly credentials: ByName<string>;
  readonly caches: ByName<ICache>;
  readonly buckets: ByName<IBucket>;
  readonly queues: ByName<IQueue>;
  readonly registries: ByName<IRegistry>;
  readonly secrets: ByName<ISecret>;
  readonly keys: ByName<IKey>;
  /** @default - the workload sends no mail */
  readonly mail?: IMailIdentity;
}

/**
 * Builds what holds a workload's data in one region. The other region gets the very same.
 *
 * The ids are the workload's names: they are part of the addresses of what holds data.
 */
export function regionModules(ground: RegionGround): RegionModules {
  const { scope, existing } = ground;
  const network = existing.network ?? newNetwork(ground);
  return {
    scope,
    region: scope.region,
    network,
    ...regionDatabases(ground, network),
    caches: regionCaches(ground, network),
    ...regionStores(ground),
    mail: regionMail(ground),
  };
}

function newNetwork({ scope, workload, side }: RegionGround): INetwork {
  // A region without a network of its own was refused, as long as it names no block.
  return new Network(scope, "network", {
    name: workload.name,
    cidr: side.cidr!,
    importIds: side.adopt?.network,
  });
}
