import type { Clients } from "../clients";
import { lowerQuotas, readQuotas } from "../quota";
import type { AwsLook } from "./finding";

/** Services whose quotas a workload meets first, as Service Quotas names them. */
const SERVICES = ["rds", "vpc", "ec2", "fargate", "ecs", "elasticloadbalancing", "elasticache", "sqs"];

/** Quotas are a region's own: what fits the source may not fit the target. A raise takes AWS hours to days. */
export const quotaLook = (
  clients: Clients,
  regions: { readonly source: string; readonly target: string },
): AwsLook => ({
  id: "quotas",
  title: "The target's quotas are no lower than the source's",
  async find() {
    const [source, target] = await Promise.all([
      readQuotas(clients.in("quotas", regions.source), SERVICES),
      readQuotas(clients.in("quotas", regions.target), SERVICES),
    ]);
    return lowerQuotas(source, target, regions.target).map((lower) => ({
      severity: "warns",
      found: `${lower.source.service} "${lower.source.name}" is ${lower.target?.value ?? "unknown"} in ${regions.target}`,
      expected: `${lower.source.value}, as in ${regions.source}, or as much as the workload needs`,
      fix: lower.fix,
    }));
  },
});
