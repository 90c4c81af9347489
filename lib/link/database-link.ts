import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { IDatabase } from "../regional/database";
import { firstOfEach, openingRule } from "../regional/openings";
import type { IService } from "../regional/service";
import { tcpPort } from "../regional/tcp-port";
import type { DatabaseStrategy } from "../workload/database";
import type { ByName } from "../workload/workload";
import type { NetworkEnd } from "./network-peering";

/** One end of the databases' link. */
export interface DatabaseEnd extends NetworkEnd {
  /** Databases of this region, by the workload's names; the twin at the other end has the same name. */
  readonly databases: ByName<IDatabase>;
  /** Services of this region that must reach the writer wherever it is, by the workload's names. */
  readonly services: ByName<Pick<IService, "securityGroupId">>;
}

/** Strategies whose databases connect to each other; with the others AWS carries the rows, past all security groups. */
const SUBSCRIBING: readonly DatabaseStrategy[] = ["logical", "physical", "seeded"];

/**
 * Opens the security groups for what crosses the peering: services reach the databases of both regions, so that they can
 * follow the writer, and each database reaches its twin where the strategy has it subscribe: `logical` and `seeded` in both
 * directions, `physical` for the way back.
 *
 * Groups cannot be referenced across regions, hence rules by block; the port of each database's engine and nothing else.
 *
 * Cost: none.
 *
 * @param strategies of the databases, by name. @default - `logical` for each
 */
export function linkDatabases(
  one: DatabaseEnd,
  other: DatabaseEnd,
  strategies: ByName<DatabaseStrategy> = {},
): void {
  openTowards(one, other, strategies);
  openTowards(other, one, strategies);
}

function openTowards(here: DatabaseEnd, there: DatabaseEnd, strategies: ByName<DatabaseStrategy>): void {
  const scope = new Construct(here.scope, `databases-${there.region}`);
  const cidrIpv4 = there.network.cidr;

  for (const [name, database] of firstOfEach(here.databases, openingRule)) {
    new VpcSecurityGroupIngressRule(scope, `${name}-in`, {
      securityGroupId: database.securityGroupId,
      cidrIpv4,
      ...tcpPort(database.port),
      description: `Replication and applications of ${there.region}`,
    });
  }
  // Twins speak the same protocol, so they have one port.
  const subscribing = Object.entries(here.databases).filter(
    ([name]) => name in there.databases && SUBSCRIBING.includes(strategies[name] ?? "logical"),
  );
  for (const [name, database] of firstOfEach(Object.fromEntries(subscribing), openingRule)) {
    new VpcSecurityGroupEgressRule(scope, `${name}-out`, {
      securityGroupId: database.securityGroupId,
      cidrIpv4,
      ...tcpPort(database.port),
      description: `Replication from ${there.region}`,
    });
  }
  // One rule a port, however many databases: AWS refuses the same rule a second time.
  const ports = new Set(Object.values(there.databases).map((database) => database.port));
  for (const [name, service] of firstOfEach(here.services, ({ securityGroupId }) => securityGroupId)) {
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
