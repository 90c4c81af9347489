import {
  ACCOUNT,
  always,
  argument,
  globalArn,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
} from "./made";

const logGroupArn: Rule = (made) => regionalArn("logs", made, `log-group:${nameOf(made)}`);

const alarm: Rules[string] = {
  id: nameOf,
  arn: (made) => regionalArn("cloudwatch", made, `alarm:${nameOf(made)}`),
};

const deliveryPart = (kind: string): Rules[string] => ({
  arn: (made) => regionalArn("logs", made, `${kind}:${nameOf(made)}`),
});
const deliveryId = (made: Made) => made.digest.slice(0, 16);

/** Logs and their delivery, alarms, dashboards, and topics that alarms speak to. */
export const MONITORING: Rules = {
  aws_cloudwatch_log_group: {
    id: nameOf,
    name: nameOf,
    arn: logGroupArn,
    log_group_class: always("STANDARD"),
  },
  aws_cloudwatch_metric_alarm: alarm,
  aws_cloudwatch_dashboard: {
    id: nameOf,
    dashboard_arn: (made) => globalArn("cloudwatch", `dashboard/${nameOf(made)}`),
  },
  aws_cloudwatch_composite_alarm: alarm,
  aws_cloudwatch_log_metric_filter: { id: nameOf },
  aws_cloudwatch_log_resource_policy: { id: sameAs("policy_name") },
  aws_cloudwatch_log_delivery_source: {
    ...deliveryPart("delivery-source"),
    service: (made) => argument(made, "resource_arn").split(":")[2] ?? "",
  },
  aws_cloudwatch_log_delivery_destination: {
    ...deliveryPart("delivery-destination"),
    delivery_destination_type: always("S3"),
  },
  aws_cloudwatch_log_delivery: {
    id: deliveryId,
    arn: (made) => regionalArn("logs", made, `delivery:${deliveryId(made)}`),
  },
  aws_sns_topic: {
    id: (made) => regionalArn("sns", made, nameOf(made)),
    arn: (made) => regionalArn("sns", made, nameOf(made)),
    name: nameOf,
  },
  aws_sns_topic_policy: { id: sameAs("arn"), owner: always(ACCOUNT) },
  aws_sns_topic_subscription: {
    id: (made) => `${argument(made, "topic_arn")}:${made.digest.slice(0, 32)}`,
    arn: (made) => `${argument(made, "topic_arn")}:${made.digest.slice(0, 32)}`,
    filter_policy_scope: always("MessageAttributes"),
    owner_id: always(ACCOUNT),
  },
};
