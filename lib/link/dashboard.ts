import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { limitName } from "../regional/name-limit";
import { type DashboardSide, dashboardWidgets } from "./dashboard-widgets";

/** What of both regions is shown on one page. */
export interface DashboardProps {
  /** Name of the dashboard, unique in the account. */
  readonly name: string;
  readonly source: DashboardSide;
  readonly target: DashboardSide;
}

/**
 * Both regions side by side, for who watches a cutover: lag first, then databases, traffic, tasks, buckets, queues and
 * caches.
 *
 * A metric that nobody reports draws nothing: slots exist from the runbook's `start` on, tasks are counted where
 * container insights are on.
 *
 * Cost: one dashboard a month.
 *
 * Source: CloudWatch user guide, "Dashboard body structure and syntax".
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "dashboard",
      longest: 255,
      form: /^[A-Za-z0-9_-]+$/,
      formInWords: "letters, digits, hyphens and underscores",
    });
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: props.name,
      dashboardBody: JSON.stringify({ widgets: dashboardWidgets(props.source, props.target) }),
    });
  }
}
