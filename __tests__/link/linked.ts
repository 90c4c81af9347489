import type { DatabaseEnd } from "../../lib/link/database-link";
import { RegionScope } from "../../lib/scope/region-scope";
import { inStack, type Synthesized } from "../regional/synthesized";
import { modules, type Modules } from "../regional/modules";

/** One region with its modules, as an end of any link. */
export interface LinkedRegion extends Modules {
  readonly scope: RegionScope;
  readonly region: string;
}

export const SOURCE = { region: "us-east-1", cidr: "10.10.0.0/16" };
export const TARGET = { region: "eu-west-1", cidr: "10.20.0.0/16" };

/** Synthesizes two regions and what `link` ties between them, with validations on. */
export function linked(
  link: (source: LinkedRegion, target: LinkedRegion) => void,
  { source = SOURCE, target = TARGET } = {},
): Synthesized {
  return inStack((stack) => {
    const [one, other] = [source, target].map(({ region, cidr }) => {
      const scope = new RegionScope(stack, region, { region });
      return { scope, region, ...modules(scope, region, cidr) };
    }) as [LinkedRegion, LinkedRegion];
    link(one, other);
  });
}

/** The region as an end of the databases' link. */
export const databaseEnd = ({ scope, region, network, orders, web }: LinkedRegion): DatabaseEnd => ({
  scope,
  region,
  network,
  databases: { orders },
  services: { web },
});
