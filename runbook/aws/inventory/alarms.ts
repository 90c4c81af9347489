import { type CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import type { InventoryItem } from "./inventory";

/**
 * The metric alarms of a region that a workload's name begins, or whose dimensions it begins.
 *
 * Needs `cloudwatch:DescribeAlarms`, for which AWS knows no resources unless alarms are named.
 */
export async function listAlarms(
  cloudWatch: CloudWatchClient,
  workload: string,
): Promise<Record<string, InventoryItem>> {
  const found: Record<string, InventoryItem> = {};
  const isOurs = (text: string | undefined) => text?.startsWith(workload) ?? false;
  for await (const { MetricAlarms } of paginateDescribeAlarms(
    { client: cloudWatch },
    { AlarmTypes: ["MetricAlarm"] },
  )) {
    for (const alarm of MetricAlarms ?? []) {
      const dimensions = alarm.Dimensions ?? [];
      if (!isOurs(alarm.AlarmName) && !dimensions.some(({ Value }) => isOurs(Value))) continue;
      found[alarm.AlarmName ?? ""] = {
        metric: `${alarm.Namespace} ${alarm.MetricName}`,
        threshold: alarm.Threshold,
        notifies: alarm.AlarmActions ?? [],
      };
    }
  }
  return found;
}
