import type { AwsWorld } from "../world";
import { type Manifest, requireParts } from "../manifest";
import { certificateLook } from "./certificates";
import { databaseLook } from "./databases";
import { type AwsCheck, lookAt } from "./finding";
import { imageLook } from "./images";
import { mailLook } from "./mail";
import { quotaLook } from "./quotas";
import { serviceLook } from "./services";
import { storageLook } from "./storage";

/**
 * Looks at everything in AWS that can stand in the way of a relocation, or has begun to since it was looked at last.
 * Only reads.
 *
 * Needs `servicequotas:List*`, `rds:DescribeDBInstances`, `DescribeOrderableDBInstanceOptions`, `ecs:DescribeServices`,
 * `DescribeTaskDefinition`, `ecr:DescribeImages`, `acm:ListCertificates`, `DescribeCertificate`, `cloudwatch:GetMetricData`,
 * `ses:GetAccount`, `ListEmailIdentities`, `GetEmailIdentity`.
 *
 * Cost: some dozen calls; quotas take the longest, some ten seconds.
 */
export function preflightAws({ clients, regions }: AwsWorld, manifest: Manifest): Promise<AwsCheck[]> {
  const { standby } = requireParts(manifest, ["standby"]);
  const edge = manifest.parts.cutover?.edge;
  return lookAt([
    databaseLook(clients, regions, standby.databases),
    serviceLook(clients, regions, standby.services),
    imageLook(clients, regions, standby.services),
    storageLook(clients, regions.source, standby.databases),
    ...(edge ? [certificateLook(clients, edge, regions.target)] : []),
    mailLook(clients, regions),
    quotaLook(clients, regions),
  ]);
}
