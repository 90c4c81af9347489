import { Token } from "cdktf";
import type { EdgeProps } from "./edge";

/** Source: CloudFront developer guide, "Path pattern": at most 255 of these characters. */
const PATH_PATTERN = /^[\w\-.*$/~"'@:+&?]{1,255}$/;
/** Everything: what is left would be cached by nobody's wish. */
const WHOLE_SITE = ["*", "/*"];
const WEB_ACL = /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\//;
const LOG_BUCKET = /^[a-z0-9][a-z0-9.-]+\.s3(\.[a-z0-9-]+)?\.amazonaws\.com$/;

/** @returns one sentence a fault, with what was found and the fix; empty when AWS would take the edge */
export function edgeFaults(path: string, props: EdgeProps): string[] {
  const { source, target, cachedPaths = [], webAclArn, accessLogBucket } = props;
  return [
    ...(source || target
      ? []
      : [
          `${path}: found no origin, expected "source", "target" or both. Fix: give the region that answers.`,
        ]),
    ...cachedPaths
      .filter((pattern) => !PATH_PATTERN.test(pattern))
      .map(
        (pattern) =>
          `${path}: found the cached path "${pattern}", which is no path pattern of CloudFront's. ` +
          `Fix: write it like /assets/*.`,
      ),
    ...cachedPaths
      .filter((pattern) => WHOLE_SITE.includes(pattern))
      .map(
        (pattern) =>
          `${path}: found the cached path "${pattern}", which is every path, so no cookie and no write would reach the ` +
          `application. Fix: name the paths whose answers are everybody's, such as /assets/*.`,
      ),
    ...cachedPaths
      .filter((pattern, index) => cachedPaths.indexOf(pattern) !== index)
      .map((pattern) => `${path}: found the cached path "${pattern}" twice. Fix: leave one out.`),
    ...unfit(webAclArn, WEB_ACL).map(
      (found) =>
        `${path}: found the web ACL "${found}", expected the ARN of one with scope CLOUDFRONT, which is in us-east-1. ` +
        `Fix: change "webAclArn".`,
    ),
    ...unfit(accessLogBucket, LOG_BUCKET).map(
      (found) =>
        `${path}: found the log bucket "${found}", expected a bucket's domain name such as logs.s3.amazonaws.com. ` +
        `Fix: change "accessLogBucket".`,
    ),
  ];
}

function unfit(value: string | undefined, form: RegExp): string[] {
  return value === undefined || Token.isUnresolved(value) || form.test(value) ? [] : [value];
}
