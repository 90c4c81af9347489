/** Names that one phase gives and another one relies on, so that they can be known before the thing is there. */

/** Cluster, task family and role prefix of the runbook's task. */
export const runnerName = (workload: string): string => `${workload}-runner`;

/** The DynamoDB table with the runbook's journal and lease, in the target region. */
export const journalTableName = (workload: string): string => `${workload}-relocate-journal`;

/** The name CloudFront calls a region's load balancer by, such as `eu-west-1.origin.shop.example.com`. */
export const originName = (region: string, publicName: string): string => `${region}.origin.${publicName}`;
