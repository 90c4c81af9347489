import { accountId } from "../lib/account";
import { FlowLogRole } from "../lib/global/flow-log-role";
import type { ServiceRoles } from "../lib/global/service-roles";
import type { ILoadBalancer } from "../lib/regional/load-balancer";
import { FlowLogs } from "../lib/regional/flow-logs";
import type { GlobalScope } from "../lib/scope/global-scope";
import type { ByName } from "../lib/workload/workload";
import type { ExistingModules } from "./existing-modules";
import { publicZoneId } from "./public-zone";
import { regionEntry } from "./region-entry";
import type { RegionGround } from "./region-ground";
import { regionModules, type RegionModules } from "./region-modules";
import type { RelocationProps } from "./relocation-props";
import { serviceRoles } from "./service-roles";
import { regionServices, type RegionServices } from "./services";

/** One region's half of the workload. */
export interface StandbyRegion extends RegionModules, RegionServices {
  /** @default - nothing of the workload answers the world */
  readonly loadBalancer?: ILoadBalancer;
  /** What of it is managed elsewhere. */
  readonly existing: ExistingModules;
}

/** One region's half before its services, which need to know of both. */
export interface RegionHalf {
  readonly ground: RegionGround;
  readonly modules: RegionModules;
}

/** What the halves share: what exists once per account. */
export interface SharedParts {
  readonly global: GlobalScope;
  readonly account: string;
  /** @default - DNS is kept elsewhere */
  readonly zoneId?: string;
  readonly roles: ByName<ServiceRoles>;
}

export function regionHalf(ground: RegionGround): RegionHalf {
  return { ground, modules: regionModules(ground) };
}

/** Makes what the halves share. */
export function sharedParts(
  global: GlobalScope,
  { workload }: RelocationProps,
  halves: readonly RegionHalf[],
): SharedParts {
  const account = accountId(global);
  const own = halves.filter(({ ground }) => !ground.existing.network);
  if (own.length > 0) {
    const { roleArn } = new FlowLogRole(global, "flow-logs", {
      name: `${workload.name}-flow-logs`,
      account,
      network: workload.name,
      regions: own.map(({ modules }) => modules.region),
    });
    for (const { modules } of own) {
      const { network, scope } = modules;
      new FlowLogs(scope, "flow-logs", { network, name: workload.name, roleArn });
    }
  }
  const modules = halves.map((half) => half.modules);
  return {
    global,
    account,
    zoneId: publicZoneId(global, workload.edge),
    roles: serviceRoles(global, workload, account, modules),
  };
}

/**
 * Completes a half with its load balancer and services.
 *
 * @param other the other half, whose databases its tasks know as well; none when the workload stands in one region only
 */
export function withServices(shared: SharedParts, half: RegionHalf, other?: RegionHalf): StandbyRegion {
  const { ground, modules } = half;
  const loadBalancer = regionEntry(shared, ground, modules);
  return {
    ...modules,
    loadBalancer,
    existing: ground.existing,
    ...regionServices({ ...ground, own: modules, other: other?.modules, loadBalancer, roles: shared.roles }),
  };
}
