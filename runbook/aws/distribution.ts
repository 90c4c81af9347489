import {
  type CacheBehavior,
  CloudFrontClient,
  type DistributionConfig,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
} from "@aws-sdk/client-cloudfront";
import { isFault } from "./fault";
import { type AwsRegion, connect, GLOBAL_REGION } from "./region";
import { waitFor, type Waiting } from "./wait";

/** Others may change the distribution in the same moment; more often in a row than this, somebody is at war. */
const TRIES = 5;
/** Between two looks at what takes minutes, in milliseconds. */
const PAUSE = 5_000;

/** A client of CloudFront, which is global. */
export const cloudFrontIn = (region: Omit<AwsRegion, "name"> = {}): CloudFrontClient =>
  connect(CloudFrontClient, { ...region, name: GLOBAL_REGION });

/**
 * Id of the origin that a distribution sends requests to unless a path says otherwise.
 *
 * Needs `cloudfront:GetDistributionConfig`.
 */
export async function originOf(cloudFront: CloudFrontClient, distributionId: string): Promise<string> {
  const { config } = await read(cloudFront, distributionId);
  return config.DefaultCacheBehavior?.TargetOriginId ?? "";
}

export interface OriginChange {
  readonly distributionId: string;
  /** Origin id whose requests go elsewhere from now on. */
  readonly from: string;
  /** Origin id they go to. */
  readonly to: string;
}

/**
 * Sends what went to one origin to another, in the default and in every path's behaviour, and leaves all else as it is.
 * Returns when CloudFront has accepted it, minutes before every point of presence does it: see `waitUntilDeployed`.
 *
 * A change by somebody else in between is not overwritten unseen: the configuration is read again.
 *
 * Needs `cloudfront:GetDistributionConfig` and `cloudfront:UpdateDistribution`; where access logs are kept in a bucket, also
 * `s3:GetBucketAcl` and `s3:PutBucketAcl` on it.
 *
 * @returns whether anything had to be changed
 * @throws Error when there is no such origin
 */
export async function changeOrigin(cloudFront: CloudFrontClient, change: OriginChange): Promise<boolean> {
  const { distributionId } = change;
  for (let tried = 1; ; tried++) {
    const { config, etag } = await read(cloudFront, distributionId);
    const origins = (config.Origins?.Items ?? []).map(({ Id }) => Id ?? "");
    if (!origins.includes(change.to)) {
      throw new Error(
        `distribution ${distributionId}: origins ${origins.join(", ")}, expected ${change.to} among them; ` +
          "deploy the cutover stack",
      );
    }
    const changed = withOrigin(config, change);
    if (!changed) return false;
    try {
      await cloudFront.send(
        new UpdateDistributionCommand({ Id: distributionId, IfMatch: etag, DistributionConfig: changed }),
      );
      return true;
    } catch (error) {
      if (tried === TRIES || !isFault(error, "PreconditionFailed", "InvalidIfMatchVersion")) throw error;
    }
  }
}

/**
 * Waits until every point of presence has the distribution as it is now.
 *
 * Needs `cloudfront:GetDistribution`.
 */
export async function waitUntilDeployed(
  cloudFront: CloudFrontClient,
  distributionId: string,
  waiting: Waiting,
): Promise<void> {
  const what = `distribution ${distributionId}`;
  await waitFor({ what, expected: "Deployed", pauseMs: PAUSE }, waiting, async () => {
    const { Distribution } = await cloudFront.send(new GetDistributionCommand({ Id: distributionId }));
    const status = Distribution?.Status ?? "unknown";
    return status === "Deployed" ? { value: undefined } : { still: status };
  });
}

/** The configuration with the change; undefined when it is so already. */
export function withOrigin(
  config: DistributionConfig,
  { from, to }: Pick<OriginChange, "from" | "to">,
): DistributionConfig | undefined {
  let changed = false;
  const point = <T extends Pick<CacheBehavior, "TargetOriginId">>(behaviour: T): T => {
    if (behaviour.TargetOriginId !== from) return behaviour;
    changed = true;
    return { ...behaviour, TargetOriginId: to };
  };
  const { DefaultCacheBehavior, CacheBehaviors } = config;
  const result: DistributionConfig = {
    ...config,
    DefaultCacheBehavior: DefaultCacheBehavior && point(DefaultCacheBehavior),
    CacheBehaviors: CacheBehaviors && { ...CacheBehaviors, Items: CacheBehaviors.Items?.map(point) },
  };
  return changed ? result : undefined;
}

async function read(
  cloudFront: CloudFrontClient,
  distributionId: string,
): Promise<{ config: DistributionConfig; etag: string | undefined }> {
  const { DistributionConfig: config, ETag } = await cloudFront.send(
    new GetDistributionConfigCommand({ Id: distributionId }),
  );
  if (config) return { config, etag: ETag };
  throw new Error(
    `distribution ${distributionId}: CloudFront gave no configuration; give the same command again`,
  );
}
