/** Names that one phase gives and another one relies on, so that they can be known before the thing is there. */

/** Cluster, task family and role prefix of the runbook's task. */
export const runnerName = (workload: string): string => `${workload}-runner`;

/** The DynamoDB table with the runbook's journal and lease, in the target region. */
export const journalTableName = (workload: string): string => `${workload}-relocate-journal`;

/** The name CloudFront calls a region's load balancer by, such as `eu-west-1.origin.shop.example.com`. */
export const originName = (region: string, publicName: string): string => `${region}.origin.${publicName}`;

/** The private zone, joined to both networks, of the name that follows one database's writer. */
export const writerZone = (workload: string, database: string): string => `${database}.${workload}.internal`;

/** The private name that follows the writer of one database. */
export const writerName = (workload: string, database: string): string =>
  `writer.${writerZone(workload, database)}`;

/** Cluster, service, task family and private zone of the poolers in front of one database. */
export const poolerName = (workload: string, database: string): string => `${workload}-${database}-pooler`;

/** SSM parameter of a region whose value is the host that its pooler sends everything to. */
export const writerParameter = (workload: string, database: string): string =>
  `/relocate/${workload}/${database}/writer`;
