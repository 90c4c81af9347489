import { DataAwsLb } from "@cdktf/provider-aws/lib/data-aws-lb";
import { DataAwsLbListener } from "@cdktf/provider-aws/lib/data-aws-lb-listener";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerCertificate } from "@cdktf/provider-aws/lib/lb-listener-certificate";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { AccessLogs } from "./access-logs";
import {
  KEPT_OF_LISTENER,
  KEPT_OF_LOAD_BALANCER,
  nameOfLoadBalancer,
  type LoadBalancerImportIds,
} from "./load-balancer-adoption";
import { limitName } from "./name-limit";
import type { INetwork } from "./network";

export type { LoadBalancerImportIds } from "./load-balancer-adoption";

/** The load balancer of one region, in front of all its web services. */
export interface ILoadBalancer {
  readonly arn: string;
  /** Its own name, for the origin's alias record. */
  readonly dnsName: string;
  /** Hosted zone of that name, for the same record. */
  readonly zoneId: string;
  /** The HTTPS listener, to hang rules on. */
  readonly listenerArn: string;
  readonly securityGroupId: string;
}

/** Where a load balancer stands, and which certificate it shows. */
export interface LoadBalancerProps {
  /** 32 characters at most. Changing it replaces the load balancer, and with it the name that the edge calls. */
  readonly name: string;
  readonly network: INetwork;
  /** ARN of the issued certificate for the origin's name, in this region. */
  readonly certificateArn: string;
  /**
   * Whether AWS refuses to delete it, and to lose its access logs.
   *
   * To destroy: set to false, deploy, then destroy; the logs go with it.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /** Ids of one that exists and is managed here from now on; "name" must be its name. @default - a new one */
  readonly importIds?: LoadBalancerImportIds;
}

/** A load balancer that is managed elsewhere. */
export interface ExistingLoadBalancerProps {
  /** @default - `name` tells which one */
  readonly arn?: string;
  /** @default - `arn` tells which one */
  readonly name?: string;
  /** The group on the load balancer that rules to the tasks are added to. */
  readonly securityGroupId: string;
}

const LONGEST_NAME = 32;

/**
 * A load balancer that answers HTTPS from CloudFront: with what the rules of the web services say, and with 404 where
 * none does.
 *
 * One a region: every service hangs its own rules on the listener, so adding one changes nothing of the others.
 *
 * CloudFront's addresses are shared by all of its customers: somebody who knows the origin's name can reach it through a
 * distribution of their own, past the router and any firewall of yours. Applications must not take "came through
 * CloudFront" for "is allowed".
 *
 * Adopting one (`importIds`) leaves its visitors alone: subnets, security groups, time-outs, the listener's certificate and
 * its default action stay what they are, and `certificateArn` is shown beside that certificate to whoever asks for its
 * name, as CloudFront does. From then on TLS below 1.2 is refused, invalid headers are dropped, and access logs go into the
 * bucket that is made here. Listeners on other ports, further certificates, a firewall and rules of other origin stay, and
 * stay managed elsewhere. A service here takes its paths over at once, so adopt its target group with it. What would
 * replace the load balancer, such as an internal one, Terraform refuses to plan.
 *
 * Cost: the load balancer by the hour and by what goes through it; 90 days of access logs.
 */
export class LoadBalancer extends Construct implements ILoadBalancer {
  readonly arn: string;
  readonly dnsName: string;
  readonly zoneId: string;
  readonly listenerArn: string;
  readonly securityGroupId: string;

  /**
   * A load balancer that is managed elsewhere, read from AWS.
   *
   * It must have a listener on port 443, whose rules with a priority above 100 are left to the services here.
   */
  static fromExisting(scope: Construct, id: string, props: ExistingLoadBalancerProps): ILoadBalancer {
    const inner = new Construct(scope, id);
    inner.node.addValidation({
      validate: () =>
        (props.arn === undefined) === (props.name === undefined)
          ? [
              `${inner.node.path}: found ${props.arn === undefined ? "neither" : "both"} of "arn" and "name", ` +
                `expected one of them. Fix: give either.`,
            ]
          : [],
    });
    const balancer = new DataAwsLb(inner, "balancer", { arn: props.arn, name: props.name });
    const listener = new DataAwsLbListener(inner, "https", { loadBalancerArn: balancer.arn, port: 443 });
    return {
      arn: balancer.arn,
      dnsName: balancer.dnsName,
      zoneId: balancer.zoneId,
      listenerArn: listener.arn,
      securityGroupId: props.securityGroupId,
    };
  }

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "load balancer",
      longest: LONGEST_NAME,
      form: /^(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
      formInWords: 'letters, digits and hyphens, first and last no hyphen, not beginning with "internal-"',
    });
    const { importIds } = props;
    const guarded = props.deletionProtection ?? true;
    const logs = new AccessLogs(this, "access-logs", {
      // Buckets are called in lower case only.
      name: `${props.name.toLowerCase()}-log`,
      keep: guarded,
    });
    this.securityGroupId = importIds?.securityGroup ?? props.network.loadBalancerSecurityGroupId;
    const balancer = new Lb(this, "balancer", {
      name: props.name,
      loadBalancerType: "application",
      internal: false,
      subnets: props.network.publicSubnetIds,
      securityGroups: [this.securityGroupId],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: guarded,
      accessLogs: { bucket: logs.bucketName, enabled: true },
      lifecycle: importIds && { ignoreChanges: KEPT_OF_LOAD_BALANCER, preventDestroy: true },
    });
    const listener = new LbListener(this, "https", {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: props.certificateArn,
      defaultAction: [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", messageBody: "Not found", statusCode: "404" },
        },
      ],
      lifecycle: importIds && { ignoreChanges: KEPT_OF_LISTENER, preventDestroy: true },
    });
    if (importIds) {
      balancer.importFrom(importIds.loadBalancer);
      listener.importFrom(importIds.listener);
      new LbListenerCertificate(this, "certificate", {
        listenerArn: listener.arn,
        certificateArn: props.certificateArn,
      });
      this.node.addValidation({ validate: () => nameFaults(this.node.path, props.name, importIds) });
    }
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.listenerArn = listener.arn;
  }
}

function nameFaults(path: string, name: string, { loadBalancer }: LoadBalancerImportIds): string[] {
  const expected = nameOfLoadBalancer(loadBalancer);
  if (name === expected || Token.isUnresolved(loadBalancer)) return [];
  return [
    `${path}: name: found "${name}", expected "${expected}", which importIds.loadBalancer has: another name would replace ` +
      `it. Fix: change "name".`,
  ];
}
