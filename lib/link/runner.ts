import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { IDatabase } from "../regional/database";
import type { INetwork } from "../regional/network";
import { firstOfEach, openingRule } from "../regional/openings";
import { FargateTask } from "../regional/task-definition";
import { taskCluster } from "../regional/task-ground";
import { tcpPort } from "../regional/tcp-port";

/** What the runbook's task runs, where, and what it reaches. */
export interface RunnerProps {
  /** Name of cluster, task family and security group. */
  readonly name: string;
  /** Network of the region it runs in: the target's, which must be there when the source's is not. */
  readonly network: INetwork;
  /** Image whose entry point is `relocate`. */
  readonly image: string;
  /** @default - none */
  readonly environment?: { readonly [name: string]: string };
  /** Databases of the runner's own region, by name. */
  readonly databases: { readonly [name: string]: IDatabase };
  /** Block of the other region's network, whose databases are reached through the peering. */
  readonly otherCidr: string;
  readonly otherDatabases: { readonly [name: string]: IDatabase };
  /** Further ports that it reaches in the other region, such as `POOLER_PORT`. @default - none */
  readonly otherPorts?: readonly number[];
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
}

/**
 * The place the runbook runs at: a task that is started once for each run, next to the target's databases, because
 * every round trip inside the hold counts.
 *
 * Cost: only while it runs.
 */
export class Runner extends Construct {
  readonly clusterName: string;
  readonly taskDefinitionArn: string;
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];

  constructor(scope: Construct, id: string, props: RunnerProps) {
    super(scope, id);
    const task = new FargateTask(this, "task", {
      name: props.name,
      containers: [
        { name: props.name, image: props.image, environment: props.environment, stopTimeout: 120 },
      ],
      cpu: 1024,
      memory: 2048,
      taskRoleArn: props.taskRoleArn,
      executionRoleArn: props.executionRoleArn,
    });
    const group = new SecurityGroup(this, "group", {
      name: props.name,
      description: "Runbook: databases of both regions, and AWS",
      vpcId: props.network.vpcId,
      tags: { Name: props.name },
    });
    open(this, group.id, props);
    const cluster = taskCluster(this, props.name);

    this.clusterName = cluster.name;
    this.taskDefinitionArn = task.arn;
    this.subnetIds = props.network.privateSubnetIds;
    this.securityGroupIds = [group.id];
  }
}

function open(runner: Runner, groupId: string, props: RunnerProps): void {
  new VpcSecurityGroupEgressRule(runner, "to-https", {
    securityGroupId: groupId,
    cidrIpv4: "0.0.0.0/0",
    ...tcpPort(443),
    description: "AWS, and the edge that it probes",
  });
  for (const [name, database] of firstOfEach(props.databases, openingRule)) {
    new VpcSecurityGroupEgressRule(runner, `to-${name}`, {
      securityGroupId: groupId,
      referencedSecurityGroupId: database.securityGroupId,
      ...tcpPort(database.port),
      description: `To the database ${name}`,
    });
    new VpcSecurityGroupIngressRule(runner, `${name}-from-runner`, {
      securityGroupId: database.securityGroupId,
      referencedSecurityGroupId: groupId,
      ...tcpPort(database.port),
      description: "From the runbook",
    });
  }
  const databasePorts = Object.values(props.otherDatabases).map((database) => database.port);
  for (const number of new Set([...databasePorts, ...(props.otherPorts ?? [])])) {
    new VpcSecurityGroupEgressRule(runner, `to-other-region-${number}`, {
      securityGroupId: groupId,
      cidrIpv4: props.otherCidr,
      ...tcpPort(number),
      description: "To databases and poolers of the other region",
    });
  }
}
