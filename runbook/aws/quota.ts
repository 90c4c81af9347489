import {
  paginateListAWSDefaultServiceQuotas,
  paginateListRequestedServiceQuotaChangeHistory,
  paginateListServiceQuotas,
  type ServiceQuota,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { type AwsRegion, connect } from "./region";

/** A client of Service Quotas in one region: quotas are a region's own. */
export const quotasIn = (region: AwsRegion): ServiceQuotasClient => connect(ServiceQuotasClient, region);

/** What a region lets an account have. */
export interface Quota {
  /** Such as `rds`. */
  readonly service: string;
  /** Such as `L-7B6409FD`. */
  readonly code: string;
  readonly name: string;
  readonly value: number;
  /** AWS raises it on request. */
  readonly adjustable: boolean;
  /** What an open request asks for. @default - none is open */
  readonly requested?: number;
}

/**
 * Reads all quotas of some services: the account's own values where there are any, AWS's defaults elsewhere.
 *
 * Needs `servicequotas:ListServiceQuotas`, `ListAWSDefaultServiceQuotas` and
 * `ListRequestedServiceQuotaChangeHistory`, for which AWS knows no resources.
 *
 * @param services as Service Quotas names them, such as `rds`, `ecs`, `vpc`, `elasticloadbalancing`
 */
export async function readQuotas(
  client: ServiceQuotasClient,
  services: readonly string[],
): Promise<readonly Quota[]> {
  const quotas: Quota[] = [];
  // One service after the other: the API allows few calls a second.
  for (const service of services) quotas.push(...(await quotasOf(client, service)));
  return quotas;
}

async function quotasOf(client: ServiceQuotasClient, service: string): Promise<Quota[]> {
  const request = { ServiceCode: service };
  const found = new Map<string, ServiceQuota>();
  const defaults = paginateListAWSDefaultServiceQuotas({ client }, request);
  for await (const { Quotas } of defaults)
    for (const quota of Quotas ?? []) found.set(quota.QuotaCode!, quota);
  const applied = paginateListServiceQuotas({ client }, request);
  for await (const { Quotas } of applied)
    for (const quota of Quotas ?? []) found.set(quota.QuotaCode!, quota);
  const requested = new Map<string, number>();
  for (const Status of ["PENDING", "CASE_OPENED"] as const) {
    const open = paginateListRequestedServiceQuotaChangeHistory({ client }, { ...request, Status });
    for await (const { RequestedQuotas } of open) {
      for (const { QuotaCode, DesiredValue } of RequestedQuotas ?? []) {
        requested.set(QuotaCode!, Math.max(requested.get(QuotaCode!) ?? 0, DesiredValue ?? 0));
      }
    }
  }
  return [...found.values()].map((quota) => ({
    service,
    code: quota.QuotaCode ?? "",
    name: quota.QuotaName ?? "",
    value: quota.Value ?? 0,
    adjustable: quota.Adjustable ?? false,
    requested: requested.get(quota.QuotaCode ?? ""),
  }));
}

/** A quota that is lower in the target region: what fits the source may not fit there. */
export interface LowerQuota {
  readonly source: Quota;
  /** @default - the target region has no such quota */
  readonly target?: Quota;
  /** What to do, with the command where one helps. */
  readonly fix: string;
}

/** The quotas that are lower in the target than in the source, in the source's order. Pure. */
export function lowerQuotas(
  source: readonly Quota[],
  target: readonly Quota[],
  targetRegion: string,
): readonly LowerQuota[] {
  const key = ({ service, code }: Quota) => `${service}/${code}`;
  const there = new Map(target.map((quota) => [key(quota), quota]));
  return source
    .map((quota) => ({ source: quota, target: there.get(key(quota)) }))
    .filter(({ source, target }) => target === undefined || target.value < source.value)
    .map((pair) => ({ ...pair, fix: fixOf(pair.source, pair.target, targetRegion) }));
}

function fixOf(source: Quota, target: Quota | undefined, region: string): string {
  if (!target) return `see whether ${source.service} offers the same in ${region}`;
  if ((target.requested ?? 0) >= source.value) return `wait: an open request asks for ${target.requested}`;
  if (!target.adjustable) return `AWS does not raise it: use less than ${target.value} in ${region}`;
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${source.service} ` +
    `--quota-code ${source.code} --desired-value ${source.value}`
  );
}
