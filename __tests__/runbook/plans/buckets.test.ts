import { PutObjectCommand, DeleteBucketReplicationCommand } from "@aws-sdk/client-s3";
import { CreateJobCommand, DescribeJobCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import { mockClient } from "aws-sdk-client-mock";
import { bucketPairs } from "../../../runbook/aws/bucket-pairs";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import type { BucketPair } from "../../../runbook/bucket-pair";
import { bucketFinalSteps, bucketMirrorSteps, bucketReadySteps } from "../../../runbook/plans/bucket-steps";
import { linkBucket, makeBuckets } from "../../cli/cloud-buckets";
import { REGIONS } from "../../cli/cloud-parts";
import { emulator, EMULATOR_TIMEOUT } from "../aws/emulators/emulator";
import { operator, type Operator } from "./course";

/** No emulator has S3 Batch Operations: its calls are answered here. */
const batch = mockClient(S3ControlClient);
const JOB = { AccountId: "123456789012", RoleArn: "arn:aws:iam::123456789012:role/batch" };
let clients: Clients;
let names: Awaited<ReturnType<typeof makeBuckets>>;
let buckets: BucketPair[];
let keeper: Operator;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  clients = openClients();
  names = await makeBuckets(clients, "bucket-steps");
  buckets = bucketPairs(clients, { uploads: names }, { uploads: JOB }, REGIONS);
  keeper = operator();
}, EMULATOR_TIMEOUT);
afterAll(() => {
  keeper.close();
  clients.close();
});
beforeEach(() => {
  batch.reset();
  jest.useRealTimers();
});

const put = (side: "source" | "target", Key: string, Body = "x") =>
  clients.in("s3", REGIONS[side]).send(new PutObjectCommand({ Bucket: names[side], Key, Body }));
/** What is older than a quarter of an hour has to be there: so late it is. */
const later = () =>
  jest.useFakeTimers({ now: Date.now() + 3_600_000, doNotFake: ["nextTick", "setImmediate", "setTimeout"] });
const run = (...steps: ReturnType<typeof bucketReadySteps>) =>
  keeper.run({ id: "buckets", title: "Buckets", steps });
/** One that was there before the link. */
async function writeUnlinked(key: string): Promise<void> {
  const s3 = clients.in("s3", REGIONS.source);
  await s3.send(new DeleteBucketReplicationCommand({ Bucket: names.source }));
  await put("source", key);
  await linkBucket(s3, names.source, names.target);
}

test("B7: where both sides have the same objects nothing is asked of S3, and they are counted", async () => {
  later();
  const { outcome, steps } = await run(...bucketMirrorSteps(buckets));
  expect(outcome).toBe("done");
  expect(steps[0]!.observations).toMatchObject({
    "uploads.objects": 2,
    "uploads.bytes": 2,
    "uploads.lacking": 0,
  });
  expect(batch.calls()).toEqual([]);
});

test("fails to switch, and names it, while an object from before the link has not been copied", async () => {
  await writeUnlinked("before.png");
  expect(await run(...bucketReadySteps(buckets, "source"))).toMatchObject({ outcome: "done" });
  later();
  expect(await run(...bucketReadySteps(buckets, "source"))).toMatchObject({
    outcome: "undone",
    cause: expect.stringMatching(
      /bucket uploads: 1 of 3 objects are not on the target, such as before\.png; .* give "relocate start" again/,
    ) as string,
  });
});

test("B7: start has it copied by the stack's job, and proves it by counting", async () => {
  later();
  batch.on(CreateJobCommand).callsFake(async () => {
    await put("target", "before.png");
    return { JobId: "job-1" };
  });
  batch.on(DescribeJobCommand).resolves({
    Job: { Status: "Complete", ProgressSummary: { TotalNumberOfTasks: 1, NumberOfTasksFailed: 0 } },
  });
  const { outcome, steps } = await run(...bucketMirrorSteps(buckets));
  expect({ outcome, ...steps[0]!.observations }).toMatchObject({
    ...{ outcome: "done", "uploads.copied": 1, "uploads.lacking": 0 },
  });
  expect(batch.commandCalls(CreateJobCommand)[0]!.args[0].input).toMatchObject(JOB);
});

test("fails to start where the job has left something out", async () => {
  await writeUnlinked("encrypted.png");
  later();
  batch.on(CreateJobCommand).resolves({ JobId: "job-2" });
  batch.on(DescribeJobCommand).resolves({ Job: { Status: "Complete" } });
  expect(await run(...bucketMirrorSteps(buckets))).toMatchObject({
    outcome: "undone",
    cause: expect.stringContaining("those encrypted with KMS keys are never replicated") as string,
  });
});

test("B7: the last look waits until all that was written before it has come", async () => {
  await writeUnlinked("late.png");
  const looks: number[] = [];
  const watched = buckets.map((bucket): BucketPair => ({
    ...bucket,
    async compare(...asked) {
      const found = await bucket.compare(...asked);
      looks.push(found.lacking);
      if (looks.length === 2) for (const key of ["late.png", "encrypted.png"]) await put("target", key);
      return found;
    },
  }));
  const { outcome, steps } = await run(...bucketFinalSteps(watched, "source", 1));
  expect({ outcome, ...steps[0]!.observations }).toMatchObject({ outcome: "done", "uploads.lacking": 0 });
  expect(looks).toEqual([2, 2, 0]);
});

test("fails where a bucket is not replicated", async () => {
  await clients.in("s3", REGIONS.source).send(new DeleteBucketReplicationCommand({ Bucket: names.source }));
  expect(await run(...bucketReadySteps(buckets, "source"))).toMatchObject({
    outcome: "undone",
    cause: expect.stringContaining(
      `${names.source} is not replicated to ${names.target}; deploy the replication stack`,
    ) as string,
  });
});
