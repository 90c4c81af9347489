import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { IService } from "./ecs-service";
import { openTo, type Opening } from "./openings";
import { tcpPort } from "./tcp-port";

/** Who reaches a pooler, and where it reaches out to beside the database of its own region. */
export interface PoolerOpeningsProps {
  readonly name: string;
  /** The pooler itself. */
  readonly pooler: Opening;
  /** The same on both sides. */
  readonly databasePort: number;
  /** Block of the other region's network: the writer may be there, and the runbook. */
  readonly otherCidr: string;
  /** Services of this region that connect to it, by name; the rules at both ends are made here. */
  readonly clients: { readonly [name: string]: Pick<IService, "securityGroupId"> };
}

/** Opens a pooler to its clients and to the runbook, and the writer of the other region to it. */
export function openPooler(scope: Construct, props: PoolerOpeningsProps): void {
  const { name, pooler, otherCidr } = props;
  new VpcSecurityGroupEgressRule(scope, "tasks-to-other-region", {
    ...tcpPort(props.databasePort),
    securityGroupId: pooler.securityGroupId,
    cidrIpv4: otherCidr,
    description: "To the writer in the other region",
  });
  new VpcSecurityGroupIngressRule(scope, "tasks-from-other-region", {
    ...tcpPort(pooler.port),
    securityGroupId: pooler.securityGroupId,
    cidrIpv4: otherCidr,
    description: "From the runbook, when it runs in the other region",
  });
  const clients = new Construct(scope, "clients");
  for (const [client, { securityGroupId }] of Object.entries(props.clients)) {
    openTo(new Construct(clients, client), securityGroupId, "pooler", { [name]: pooler });
  }
}
