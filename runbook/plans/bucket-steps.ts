import { setTimeout as pause } from "node:timers/promises";
import type { BucketComparison, BucketPair } from "../bucket-pair";
import { each as eachOf } from "../each";
import { otherSide, type Side } from "../side";
import type { Step, StepContext } from "../step";

const MINUTE = 60_000;
/** "Most objects replicate within 15 minutes" (S3 user guide, "Replicating objects"); in milliseconds. */
const ARRIVAL = 15 * MINUTE;
const LOOK_INTERVAL = 10_000;

/** Has what was in the buckets before they were linked copied ahead, and proves it by counting (B7). Nothing is taken back. */
export function bucketMirrorSteps(buckets: readonly BucketPair[]): Step[] {
  if (buckets.length === 0) return [];
  return [
    {
      id: "buckets",
      title: "Objects that were there before are on the target",
      timeout: 24 * 60 * MINUTE,
      async run(context) {
        await each(buckets, async (bucket) => {
          await requireReplication(bucket, "source", context.signal);
          if ((await look(bucket, "source", ago(ARRIVAL), context)).lacking === 0) return;
          const { objects, failedObjects } = await bucket.mirror(context.signal, (seen) =>
            context.observe(`${bucket.name}.copying`, seen),
          );
          context.observe(`${bucket.name}.copied`, objects - failedObjects);
          const found = await look(bucket, "source", ago(ARRIVAL), context);
          if (found.lacking > 0) throw lacking(found, "target", NOT_REPLICATED);
        });
      },
      actions: () => Promise.resolve(buckets.flatMap((bucket) => bucket.mirrorActions())),
    },
  ];
}

/** Nothing is switched while objects of the side that is left have been late for long, or are not replicated at all. */
export function bucketReadySteps(buckets: readonly BucketPair[], from: Side): Step[] {
  if (buckets.length === 0) return [];
  const to = otherSide(from);
  return [
    {
      id: "buckets-ready",
      title: `Objects of the ${from} are replicated to the ${to}`,
      timeout: 60 * MINUTE,
      run: (context) =>
        each(buckets, async (bucket) => {
          await requireReplication(bucket, from, context.signal);
          const found = await look(bucket, from, ago(ARRIVAL), context);
          if (found.lacking > 0) throw lacking(found, to, from === "source" ? START_AGAIN : NOT_REPLICATED);
        }),
    },
  ];
}

/**
 * Once no visitor comes to the side that is left: counts and compares until all it has is on the other one.
 *
 * @param lookInterval between two listings of both sides, in milliseconds. @default 10000
 */
export function bucketFinalSteps(
  buckets: readonly BucketPair[],
  from: Side,
  lookInterval = LOOK_INTERVAL,
): Step[] {
  if (buckets.length === 0) return [];
  const to = otherSide(from);
  return [
    {
      id: "buckets-final",
      title: `Every object of the ${from} is on the ${to}`,
      timeout: 30 * MINUTE,
      async run(context) {
        const begun = new Date();
        await each(buckets, async (bucket) => {
          while ((await look(bucket, from, begun, context)).lacking > 0)
            await pause(lookInterval, undefined, { signal: context.signal });
        });
      },
    },
  ];
}

const START_AGAIN = 'give "relocate start" again: it has them copied';
const NOT_REPLICATED =
  "see their replication status: those encrypted with KMS keys are never replicated; copy them with S3's own keys first";

const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);

async function look(
  bucket: BucketPair,
  from: Side,
  before: Date,
  context: StepContext,
): Promise<BucketComparison> {
  const found = await bucket.compare(from, before, context.signal);
  for (const key of ["objects", "bytes", "lacking", "extra"] as const)
    context.observe(`${bucket.name}.${key}`, found[key]);
  return found;
}

async function requireReplication(bucket: BucketPair, from: Side, signal: AbortSignal): Promise<void> {
  const faults = await bucket.faults(from, signal);
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

const lacking = ({ lacking: count, objects, examples }: BucketComparison, to: Side, fix: string): Error =>
  new Error(
    `${count} of ${objects} objects are not on the ${to}, such as ${examples.join(", ")}; expected all that are older ` +
      `than ${ARRIVAL / MINUTE} min; ${fix}`,
  );

const each = async (
  buckets: readonly BucketPair[],
  work: (bucket: BucketPair) => Promise<void>,
): Promise<void> => void (await eachOf(buckets, ({ name }) => `bucket ${name}`, work));
