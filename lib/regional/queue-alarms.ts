import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { IQueue } from "./queue";

/** Which queue is watched, and who hears of it. */
export interface QueueAlarmsProps {
  readonly queue: IQueue;
  /** The queue its undeliverable messages go to. @default - none, and no alarm on one */
  readonly deadLetters?: IQueue;
  /** Seconds that the oldest message may wait. @default - 900 */
  readonly oldestSeconds?: number;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

/**
 * Alarms for a queue that nobody empties, and for messages that nobody could work on.
 *
 * While a region is not active its workers stand still, so the first alarm goes off there as soon as somebody sends into
 * its queue: that is a sender that still takes the old side.
 *
 * Source of the metrics: SQS developer guide, "Available CloudWatch metrics for Amazon SQS".
 *
 * Cost: two alarms a queue.
 */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, props: QueueAlarmsProps) {
    super(scope, id);
    const common = {
      namespace: "AWS/SQS",
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      period: 60,
      evaluationPeriods: 5,
      // A queue that nobody uses for six hours reports nothing.
      treatMissingData: "notBreaching",
      alarmActions: props.notify && [...props.notify],
      okActions: props.notify && [...props.notify],
    };
    new CloudwatchMetricAlarm(this, "age", {
      ...common,
      alarmName: `${props.queue.name}-age`,
      alarmDescription: "The oldest message waits too long: workers stand still or are too few.",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: props.queue.name },
      threshold: props.oldestSeconds ?? 900,
    });
    if (!props.deadLetters) return;
    new CloudwatchMetricAlarm(this, "dead-letters", {
      ...common,
      alarmName: `${props.queue.name}-dead-letters`,
      alarmDescription: "There are messages that could not be worked on.",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: props.deadLetters.name },
      threshold: 0,
    });
  }
}
