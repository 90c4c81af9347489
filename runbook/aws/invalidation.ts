import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from "@aws-sdk/client-cloudfront";
import { waitFor, type Waiting } from "./wait";

/** Between two looks, in milliseconds. */
const PAUSE = 3_000;

export interface InvalidationRequest {
  readonly distributionId: string;
  /** Such as `/*`, which counts as one path. */
  readonly paths: readonly string[];
  /** The same again, with the same paths, starts nothing and gives the same invalidation. */
  readonly reference: string;
}

/**
 * Has every point of presence forget what it keeps under some paths, and waits until all have.
 *
 * Needs `cloudfront:CreateInvalidation` and `cloudfront:GetInvalidation`.
 *
 * Cost: a fee a path beyond the first 1,000 a month.
 *
 * @returns the invalidation's id
 */
export async function invalidate(
  cloudFront: CloudFrontClient,
  request: InvalidationRequest,
  waiting: Waiting,
): Promise<string> {
  const { Invalidation } = await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: request.distributionId,
      InvalidationBatch: {
        CallerReference: request.reference,
        Paths: { Quantity: request.paths.length, Items: [...request.paths] },
      },
    }),
  );
  const id = Invalidation?.Id ?? "";
  const what = `distribution ${request.distributionId}: invalidation ${id}`;
  return waitFor<string>({ what, expected: "Completed", pauseMs: PAUSE }, waiting, async () => {
    const { Invalidation: found } = await cloudFront.send(
      new GetInvalidationCommand({ DistributionId: request.distributionId, Id: id }),
    );
    return found?.Status === "Completed" ? { value: id } : { still: found?.Status ?? "unknown" };
  });
}
