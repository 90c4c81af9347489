import { TerraformOutput, type TerraformStack, TerraformVariable } from "cdktf";
import { GlobalCluster } from "../../lib/link/global-cluster";
import { LagAlarms } from "../../lib/link/lag-alarms";
import { Database, type IDatabase } from "../../lib/regional/database";
import { DatabaseAlarms } from "../../lib/regional/database-alarms";
import { DatabaseCluster } from "../../lib/regional/database-cluster";
import { DatabaseCredentials } from "../../lib/regional/database-credentials";
import { Network } from "../../lib/regional/network";
import { RegionScope } from "../../lib/scope/region-scope";
import { SOURCE, TARGET } from "./linked";

/** Value of the variable that names the snapshot to restore. */
export const SNAPSHOT_VARIABLE = "snapshot";

/** What a region has of each strategy. */
interface Side {
  readonly carts: IDatabase;
  readonly orders: IDatabase;
  readonly reports: IDatabase;
  readonly credentials: DatabaseCredentials;
}

const CARTS = {
  name: "storefront-carts",
  engine: "mysql",
  engineVersion: "8.4",
  databaseName: "carts",
} as const;
const ORDERS = {
  name: "storefront-orders",
  engine: "aurora-postgresql",
  engineVersion: "17.4",
  databaseName: "orders",
} as const;
const REPORTS = { name: "storefront-reports", engineVersion: "18", databaseName: "reports" } as const;
/** Of everything that AWS copies itself. */
const KEPT = { operatorPassword: "module" } as const;

const networkIn = (scope: RegionScope, cidr: string) =>
  new Network(scope, "network", { name: "storefront", cidr });

function source(scope: RegionScope): Side {
  const network = networkIn(scope, SOURCE.cidr);
  return {
    carts: new Database(scope, "carts", { ...CARTS, ...KEPT, network }),
    orders: new DatabaseCluster(scope, "orders", { ...ORDERS, ...KEPT, network }),
    reports: new Database(scope, "reports", { ...REPORTS, ...KEPT, network }),
    credentials: new DatabaseCredentials(scope, "credentials", { name: "storefront/carts" }),
  };
}

/**
 * A database of each strategy that AWS carries out: `physical` (carts), `aurora-global` (orders), `snapshot` (reports).
 *
 * @param withSource false for what is left when the source has been given up
 */
export function replicated(stack: TerraformStack, withSource: boolean): void {
  // The scope stays as long as anything of it is to be destroyed: Terraform needs its provider for that.
  const [home, scope] = [SOURCE, TARGET].map(({ region }) => new RegionScope(stack, region, { region })) as [
    RegionScope,
    RegionScope,
  ];
  const first = withSource ? source(home) : undefined;
  const network = networkIn(scope, TARGET.cidr);
  const snapshot = new TerraformVariable(stack, SNAPSHOT_VARIABLE, { type: "string", default: "" });
  const joined = first && {
    secondaryOf: first.orders,
    globalClusterId: new GlobalCluster(home, "orders-global", {
      name: "storefront-orders-global",
      primary: first.orders,
    }).globalClusterId,
  };
  const carts = new Database(scope, "carts", {
    ...CARTS,
    ...KEPT,
    network,
    idOffset: 2,
    replicaOf: first?.carts,
  });
  const orders = new DatabaseCluster(scope, "orders", { ...ORDERS, ...KEPT, network, ...joined });
  const reports = new Database(scope, "reports", {
    ...{ ...REPORTS, ...KEPT, network },
    restoreFrom: snapshot.stringValue,
  });
  new DatabaseCredentials(scope, "credentials", { name: "storefront/carts", copyOf: first?.credentials });
  for (const [name, database] of Object.entries({ carts, orders, reports })) {
    new DatabaseAlarms(scope, `${name}-alarms`, { database });
    new TerraformOutput(stack, `${name}-host`, { value: database.host });
    new TerraformOutput(stack, `${name}-operator`, { value: database.operatorSecretArn });
  }
  new LagAlarms(scope, "carts-lag", { database: carts, strategy: "physical" });
  new LagAlarms(scope, "orders-lag", { database: orders, strategy: "aurora-global" });
}
