import type { Statement } from "./policy";

/**
 * Writing to the streams of some log groups.
 *
 * @param logGroups name of the group, by region
 */
export function logStreamAccess(
  logGroups: { readonly [region: string]: string },
  account: string,
): Statement {
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: Object.entries(logGroups).map(
      ([region, name]) => `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
    ),
  };
}
