import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { IService } from "./ecs-service";

/** Which service is watched, and who hears of it. */
export interface ServiceAlarmsProps {
  readonly service: IService;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

interface Threshold {
  readonly metric: string;
  readonly statistic?: string;
  readonly extendedStatistic?: string;
  readonly above: number;
  readonly meaning: string;
}

/** Metrics of a target group. Source: Elastic Load Balancing user guide, "CloudWatch metrics for your Application Load Balancer". */
const BEHIND_LOAD_BALANCER: { readonly [id: string]: Threshold } = {
  "unhealthy-hosts": {
    metric: "UnHealthyHostCount",
    statistic: "Maximum",
    above: 0,
    meaning: "Tasks fail the load balancer's health check.",
  },
  errors: {
    metric: "HTTPCode_Target_5XX_Count",
    statistic: "Sum",
    above: 10,
    meaning: "The application answers with errors of its own.",
  },
  latency: {
    metric: "TargetResponseTime",
    extendedStatistic: "p95",
    above: 2,
    meaning: "One request in twenty takes more than two seconds.",
  },
};

const MINUTES = 5;

/**
 * Alarms for a service: fewer tasks than wanted, and behind a load balancer also unhealthy tasks, errors and latency.
 *
 * The wanted and running tasks are container insights' metrics, which the service's cluster must have switched on.
 *
 * Cost: one alarm of three metrics for a worker, three more alarms behind a load balancer.
 */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, { service, notify }: ServiceAlarmsProps) {
    super(scope, id);
    const common = {
      evaluationPeriods: MINUTES,
      // Where nothing runs and nobody asks, nothing is reported.
      treatMissingData: "notBreaching",
      alarmActions: notify && [...notify],
      okActions: notify && [...notify],
    };
    const count = (metricName: string) => ({
      namespace: "ECS/ContainerInsights",
      metricName,
      dimensions: { ClusterName: service.clusterName, ServiceName: service.serviceName },
      period: 60,
      stat: "Minimum",
    });
    new CloudwatchMetricAlarm(this, "tasks", {
      ...common,
      alarmName: `${service.serviceName}-tasks`,
      alarmDescription: "Fewer tasks run than the service wants: they do not start, or die.",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      metricQuery: [
        { id: "missing", expression: "wanted - FILL(running, 0)", label: "Missing tasks", returnData: true },
        { id: "wanted", metric: count("DesiredTaskCount") },
        { id: "running", metric: count("RunningTaskCount") },
      ],
    });
    if (!service.behind) return;
    const dimensions = {
      LoadBalancer: Fn.element(Fn.split(":loadbalancer/", service.behind.loadBalancerArn), 1) as string,
      TargetGroup: Fn.element(Fn.split(":", service.behind.targetGroupArn), 5) as string,
    };
    for (const [name, threshold] of Object.entries(BEHIND_LOAD_BALANCER)) {
      new CloudwatchMetricAlarm(this, name, {
        ...common,
        alarmName: `${service.serviceName}-${name}`,
        alarmDescription: threshold.meaning,
        namespace: "AWS/ApplicationELB",
        metricName: threshold.metric,
        dimensions,
        statistic: threshold.statistic,
        extendedStatistic: threshold.extendedStatistic,
        comparisonOperator: "GreaterThanThreshold",
        threshold: threshold.above,
        period: 60,
      });
    }
  }
}
