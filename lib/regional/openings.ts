import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import { tcpPort } from "./tcp-port";

/** Something of the same region that listens on one TCP port: a database, a cache, a pooler. */
export interface Opening {
  readonly port: number;
  /** The group whose ingress it is; the rule that lets a client in is added there. */
  readonly securityGroupId: string;
}

/** Things that are opened to a client, by the workload's names. */
export type Openings = { readonly [name: string]: Opening };

/**
 * Opens the way from the tasks of one security group to everything named, at both ends.
 *
 * Groups cannot be referenced across regions; what lies in the other region is opened by its network's block.
 *
 * @param client the construct the rules belong to; its tasks carry the group
 * @param what kind of thing, such as `database`, for the rules' descriptions
 */
export function openTo(client: Construct, groupId: string, what: string, openings: Openings = {}): void {
  for (const [name, { port, securityGroupId }] of firstOfEach(openings, openingRule)) {
    new VpcSecurityGroupEgressRule(client, `tasks-to-${name}`, {
      ...tcpPort(port),
      securityGroupId: groupId,
      referencedSecurityGroupId: securityGroupId,
      description: `To the ${what} ${name}`,
    });
    new VpcSecurityGroupIngressRule(client, `${name}-from-tasks`, {
      ...tcpPort(port),
      securityGroupId,
      referencedSecurityGroupId: groupId,
      description: `From the tasks of ${client.node.id}`,
    });
  }
}

/**
 * Of what would give the same rule, the first: AWS refuses a rule a second time, and what is managed elsewhere often shares a
 * group.
 *
 * @param rule what tells the rule of one from that of another
 */
export function firstOfEach<T>(
  named: { readonly [name: string]: T },
  rule: (one: T) => string,
): [string, T][] {
  const rules = new Set<string>();
  return Object.entries(named).filter(([, one]) => {
    const isNew = !rules.has(rule(one));
    rules.add(rule(one));
    return isNew;
  });
}

/** Tells the rule that opens one thing from that of another. */
export const openingRule = ({ port, securityGroupId }: Opening): string => `${port} of ${securityGroupId}`;

/** Opens the way to images, secrets, logs and whatever AWS API or partner the tasks call; TLS only. */
export function openToHttps(client: Construct, groupId: string): void {
  new VpcSecurityGroupEgressRule(client, "tasks-to-https", {
    securityGroupId: groupId,
    cidrIpv4: "0.0.0.0/0",
    ...tcpPort(443),
    description: "HTTPS to AWS and partners",
  });
}
