import type { ReviewedObject } from "./reviewed-plan";
import { blocks, text } from "./value";

/** Whether a change sends visitors to another origin: by the router's key, or by the distribution's own behaviors. */
export function flipsOrigin({ type, before, after, kind }: ReviewedObject): boolean {
  if (!before || !after || kind !== "update") return false;
  if (type === "aws_cloudfrontkeyvaluestore_key") return text(before.value) !== text(after.value);
  if (type !== "aws_cloudfront_distribution") return false;
  const origins = (values: typeof before): string =>
    blocks(values.default_cache_behavior)
      .map((behavior) => text(behavior.target_origin_id))
      .join();
  return origins(before) !== origins(after);
}
