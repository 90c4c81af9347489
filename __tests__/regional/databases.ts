import { TerraformOutput } from "cdktf";
import { Database, type DatabaseProps, type IDatabase } from "../../lib/regional/database";
import { Network } from "../../lib/regional/network";
import { RegionScope } from "../../lib/scope/region-scope";
import { inRegion, inStack } from "./synthesized";

/** A database of PostgreSQL. */
export const PROPS = { name: "storefront-orders", engineVersion: "18", databaseName: "orders" };

/** One region with a database, whose secret is an output. */
export const database = (props: Partial<DatabaseProps> = {}) =>
  inRegion("us-east-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.10.0.0/16" });
    const made = new Database(scope, "orders", { ...PROPS, network, ...props });
    new TerraformOutput(scope, "secret", { value: made.operatorSecretArn });
  });

/** A primary in one region, and what is made of it in another. */
export const pair = (
  copy: (primary: IDatabase) => Partial<DatabaseProps>,
  { primary = {} }: { primary?: Partial<DatabaseProps> } = {},
) =>
  inStack((stack) => {
    const [source, target] = ["us-east-1", "eu-west-1"].map((region, index) => {
      const scope = new RegionScope(stack, region, { region });
      const cidr = `10.${index + 1}0.0.0/16`;
      return { scope, network: new Network(scope, "network", { name: "storefront", cidr }) };
    }) as [{ scope: RegionScope; network: Network }, { scope: RegionScope; network: Network }];
    const one = new Database(source.scope, "orders", {
      ...{ ...PROPS, network: source.network, operatorPassword: "module" },
      ...primary,
    });
    new Database(target.scope, "orders", { ...PROPS, network: target.network, ...copy(one) });
  });
