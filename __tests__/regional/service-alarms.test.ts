import { ServiceAlarms } from "../../lib/regional/service-alarms";
import { inRegion } from "./synthesized";

const elb = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
const made = inRegion("eu-west-1", (scope) => {
  new ServiceAlarms(scope, "web-alarms", {
    service: {
      clusterName: "storefront-web",
      serviceName: "storefront-web",
      securityGroupId: "sg-1",
      behind: {
        loadBalancerArn: `${elb}:loadbalancer/app/storefront/1`,
        targetGroupArn: `${elb}:targetgroup/web/2`,
      },
    },
  });
});

test("a web service has alarms for missing and unhealthy tasks, errors and latency", () => {
  const alarms = Object.values(made.all("aws_cloudwatch_metric_alarm"));
  expect(alarms.map((alarm) => alarm.alarm_name).sort()).toEqual([
    "storefront-web-errors",
    "storefront-web-latency",
    "storefront-web-tasks",
    "storefront-web-unhealthy-hosts",
  ]);
});

test("the load balancer's metrics are told by what follows the account in both ARNs", () => {
  expect(made.one("aws_cloudwatch_metric_alarm", "errors").dimensions).toEqual({
    LoadBalancer: `\${element(split(":loadbalancer/", "${elb}:loadbalancer/app/storefront/1"), 1)}`,
    TargetGroup: `\${element(split(":", "${elb}:targetgroup/web/2"), 5)}`,
  });
});
