import type { LoadBalancerImportIds } from "../lib/regional/load-balancer";
import type { NetworkImportIds } from "../lib/regional/network";
import type { ByName } from "../lib/workload/workload";

/**
 * Ids of what exists in a region and is managed by the standby stack from now on, by the workload's names.
 *
 * The next plan shows each as an import, with whatever differs from the module's own settings: read it before applying.
 * An engine, name or network that differs would replace what is adopted; databases and caches refuse that plan.
 *
 * Two things cannot be adopted, as nothing would be won. A one-off's task definition is never changed, only followed by
 * its next revision, and its cluster holds nothing. The application role's password would be a new one, because no
 * password is read into the state: name its secret in `existing.credentials` instead.
 */
export interface AdoptedModules {
  /** The VPC and what stands in it. @default - a new network */
  readonly network?: NetworkImportIds;
  /** RDS identifiers of instances or clusters. @default - none */
  readonly databases?: ByName<string>;
  /** Replication group ids. @default - none */
  readonly caches?: ByName<string>;
  /** Bucket names. @default - none */
  readonly buckets?: ByName<string>;
  /** Queue URLs. @default - none */
  readonly queues?: ByName<string>;
  /** Repository names, `<workload>/<name>`: the link between the regions copies what is below the workload's name. @default - none */
  readonly registries?: ByName<string>;
  /** Secret ARNs. @default - none */
  readonly secrets?: ByName<string>;
  /** Key ids; a key of one Region cannot become a multi-Region key, and Terraform refuses the plan. @default - none */
  readonly keys?: ByName<string>;
  /** Whether the identity of the workload's mail domain is adopted. @default false */
  readonly mail?: boolean;
  /** The load balancer that stands in the region's network, which is adopted or existing as well. @default - a new one */
  readonly loadBalancer?: LoadBalancerImportIds;
  /** ARNs of the target groups of web services, on a load balancer that is adopted or existing. @default - none */
  readonly targetGroups?: ByName<string>;
  /** `<cluster>/<service>` of web services and workers. @default - none */
  readonly services?: ByName<string>;
  /** `<group>/<name>`; imported by the cutover stack, which gates them. @default - none */
  readonly schedules?: ByName<string>;
}

/** Name of the queue with a URL such as `https://sqs.eu-west-1.amazonaws.com/123456789012/jobs`. */
export const queueName = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

/** Name of the secret with an ARN; a hyphen and six characters of AWS's own follow it there. */
export const secretName = (arn: string): string => arn.split(":").slice(6).join(":").slice(0, -7);
