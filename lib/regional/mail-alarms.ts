import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";

/** Who hears of bounces and complaints. */
export interface MailAlarmsProps {
  /** Begin of the alarms' names. */
  readonly name: string;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

/**
 * From these rates on SES puts an account under review, and may stop its sending.
 * Source: SES developer guide, "Amazon SES sending review process FAQs".
 */
const RATES = [
  { id: "bounces", metric: "Reputation.BounceRate", threshold: 0.05, meaning: "5 % of the mail bounces" },
  {
    id: "complaints",
    metric: "Reputation.ComplaintRate",
    threshold: 0.001,
    meaning: "0.1 % of the mail is called spam",
  },
];

/**
 * Alarms on the account's reputation in one region: one a region, however many domains send.
 *
 * A region that has just begun to send has none yet; send little at first.
 *
 * Cost: two alarms.
 */
export class MailAlarms extends Construct {
  constructor(scope: Construct, id: string, props: MailAlarmsProps) {
    super(scope, id);
    for (const { id: rate, metric, threshold, meaning } of RATES) {
      new CloudwatchMetricAlarm(this, rate, {
        alarmName: `${props.name}-mail-${rate}`,
        alarmDescription: `${meaning}: SES reviews the account, and may stop its sending.`,
        namespace: "AWS/SES",
        metricName: metric,
        statistic: "Average",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold,
        period: 3600,
        evaluationPeriods: 1,
        // SES reports a rate only while mail is sent.
        treatMissingData: "ignore",
        alarmActions: props.notify && [...props.notify],
        okActions: props.notify && [...props.notify],
      });
    }
  }
}
