import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { BucketComparison } from "../bucket-pair";

/** One object of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/**
 * Every object of a bucket in the order of its key's UTF-8 bytes, as S3 lists them (S3 API reference, "ListObjectsV2").
 *
 * Needs `s3:ListBucket` on the bucket.
 *
 * Cost: a request a thousand objects; some ten thousand objects a second.
 */
export async function* listObjects(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  for await (const { Contents } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    signal.throwIfAborted();
    for (const { Key: key = "", Size: bytes = 0, LastModified: modifiedAt = new Date() } of Contents ?? [])
      yield { key, bytes, modifiedAt };
  }
}

/** Keys that are told of those that lack. */
const EXAMPLES = 3;

/**
 * Goes through two listings side by side, and keeps neither. An object that has only another size counts as lacking: a
 * newer version of it has not come yet.
 *
 * @param before only what was written before it must be in `other`
 */
export async function compareListings(
  own: AsyncIterable<ListedObject>,
  other: AsyncIterable<ListedObject>,
  before: Date,
): Promise<BucketComparison> {
  const [left, right] = [own[Symbol.asyncIterator](), other[Symbol.asyncIterator]()];
  const examples: string[] = [];
  let [objects, bytes, lacking, extra] = [0, 0, 0, 0];
  const miss = ({ key, modifiedAt }: ListedObject): void => {
    if (modifiedAt >= before) return;
    lacking++;
    if (examples.length < EXAMPLES) examples.push(key);
  };
  let [one, two] = await Promise.all([left.next(), right.next()]);
  while (!one.done || !two.done) {
    const order = one.done ? 1 : two.done ? -1 : compareKeys(one.value.key, two.value.key);
    if (!one.done && order <= 0) {
      objects++;
      bytes += one.value.bytes;
      if (order < 0 || (!two.done && two.value.bytes !== one.value.bytes)) miss(one.value);
    }
    if (order > 0) extra++;
    [one, two] = await Promise.all([order <= 0 ? left.next() : one, order >= 0 ? right.next() : two]);
  }
  return { objects, bytes, lacking, examples, extra };
}

/** JavaScript itself compares UTF-16 units, which differ from S3's order beyond the basic plane. */
const compareKeys = (one: string, two: string): number =>
  one === two ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(two));
