import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { IDatabase } from "../regional/database";
import type { IService } from "../regional/service";
import { tcpPort } from "../regional/tcp-port";
import type { NetworkEnd } from "./network-peering";

/** One end of the databases' link. */
export interface DatabaseEnd extends NetworkEnd {
  /** Databases of this region, by the workload's names; the twin at the other end has the same name. */
  readonly databases: { readonly [name: string]: IDatabase };
  /** Services of this region that must reach the writer wherever it is, by the workload's names. */
  readonly services: { readonly [name: string]: IService };
}

/**
 * Opens the security groups for what crosses the peering: each database subscribes to its twin, and each service
 * reaches the databases of both regions, so that it can follow the writer.
 *
 * Groups cannot be referenced across regions, hence rules by block; the database port and nothing else.
 */
export function linkDatabases(one: DatabaseEnd, other: DatabaseEnd): void {
  openTowards(one, other);
  openTowards(other, one);
}

function openTowards(here: DatabaseEnd, there: DatabaseEnd): void {
  const scope = new Construct(here.scope, `databases-${there.region}`);
  const cidrIpv4 = there.network.cidr;

  for (const [name, database] of Object.entries(here.databases)) {
    new VpcSecurityGroupIngressRule(scope, `${name}-in`, {
      securityGroupId: database.securityGroupId,
      cidrIpv4,
      ...tcpPort(database.port),
      description: `Replication and applications of ${there.region}`,
    });
    const twin = there.databases[name];
    if (twin) {
      new VpcSecurityGroupEgressRule(scope, `${name}-out`, {
        securityGroupId: database.securityGroupId,
        cidrIpv4,
        ...tcpPort(twin.port),
        description: `Replication from ${there.region}`,
      });
    }
  }
  // One rule a port, however many databases: AWS refuses the same rule a second time.
  const ports = new Set(Object.values(there.databases).map((database) => database.port));
  for (const [name, service] of Object.entries(here.services)) {
    for (const number of ports) {
      new VpcSecurityGroupEgressRule(scope, `${name}-out-${number}`, {
        securityGroupId: service.securityGroupId,
        cidrIpv4,
        ...tcpPort(number),
        description: `To the writer in ${there.region}`,
      });
    }
  }
}
