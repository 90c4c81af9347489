import { createHash } from "node:crypto";
import type { ManifestEdge } from "../../lib/manifest";
import type { Forgetting } from "../world";
import type { Clients } from "./clients";
import { invalidate } from "./invalidation";

/** What is to be forgotten, and by whose order. */
export interface ForgettingRequest {
  /** CloudFront's path patterns, such as `/*`. */
  readonly paths: readonly string[];
  /** Names the run that asks, alike however often it is taken up again. Asked for only once it is under way. */
  readonly run: () => string;
}

/**
 * Has a distribution forget some paths, once a run: who comes again with the same paths waits for the invalidation that is
 * there, and makes no second one. CloudFront tells it by the reference, which it refuses to take with other paths.
 * Source: CloudFront API reference, "InvalidationBatch".
 *
 * Needs `cloudfront:CreateInvalidation` and `cloudfront:GetInvalidation`.
 */
export const edgeForgetting = (
  clients: Clients,
  { distributionId }: Pick<ManifestEdge, "distributionId">,
  { paths, run }: ForgettingRequest,
): Forgetting => ({
  paths,
  forget: (signal, onChange) =>
    invalidate(
      clients.cloudFront(),
      { distributionId, paths, reference: `relocate-${run()}-${digest(paths)}` },
      { signal, onChange },
    ),
});

const digest = (paths: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(paths)).digest("hex").slice(0, 16);
