import {
  CreateJobCommand,
  type CreateJobRequest,
  DescribeJobCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { type AwsRegion, connect } from "./region";
import { waitFor, type Waiting } from "./wait";

/** A client of S3 Batch Operations in one region: the bucket's own. */
export const s3ControlIn = (region: AwsRegion): S3ControlClient => connect(S3ControlClient, region);

/** Between two looks at what takes minutes to hours, in milliseconds. */
const PAUSE = 10_000;

/** A job as a stack describes it: everything but the token. */
export type BatchReplicationJob = Omit<CreateJobRequest, "ClientRequestToken"> & {
  readonly AccountId: string;
};

/** A job that is done. */
export interface BatchReplicationEnd {
  readonly jobId: string;
  readonly objects: number;
  /** These stay `FAILED`: another job takes them again. */
  readonly failedObjects: number;
}

/**
 * Starts the job that replicates what was in a bucket before its link, and what replication has failed for.
 *
 * Needs `s3:CreateJob`, for which AWS knows no resources, and `iam:PassRole` on the job's role.
 *
 * Cost: a fee a job and a fee a million objects, requests, traffic between the regions.
 *
 * @param token at most 64 characters: the same again starts nothing and gives the same job
 * @returns the job's id
 */
export async function startBatchReplication(
  s3Control: S3ControlClient,
  job: BatchReplicationJob,
  token: string,
): Promise<string> {
  const { JobId } = await s3Control.send(new CreateJobCommand({ ...job, ClientRequestToken: token }));
  if (JobId) return JobId;
  throw new Error(
    `${await s3Control.config.region()}: S3 batch replication: no job id in AWS's answer; give the same command again`,
  );
}

/**
 * Waits until a job has come to its end.
 *
 * Needs `s3:DescribeJob` on the job.
 *
 * @throws Error with the reasons when the job itself has failed or was cancelled
 */
export async function waitForBatchReplication(
  s3Control: S3ControlClient,
  { account, jobId }: { readonly account: string; readonly jobId: string },
  waiting: Waiting,
): Promise<BatchReplicationEnd> {
  const what = `${await s3Control.config.region()}: S3 batch job ${jobId}`;
  const expected = "Complete";
  return waitFor<BatchReplicationEnd>({ what, expected, pauseMs: PAUSE }, waiting, async () => {
    const { Job } = await s3Control.send(new DescribeJobCommand({ AccountId: account, JobId: jobId }));
    const { NumberOfTasksFailed: failed = 0, TotalNumberOfTasks: total = 0 } = Job?.ProgressSummary ?? {};
    const status = Job?.Status ?? "unknown";
    if (status === "Complete") return { value: { jobId, objects: total, failedObjects: failed } };
    if (status === "Failed" || status === "Cancelled") {
      const reasons = (Job?.FailureReasons ?? []).map(({ FailureReason }) => FailureReason).join(", ");
      throw new Error(
        `${what}: ${status} (${reasons || Job?.StatusUpdateReason || "no reason given"}), expected ${expected}; ` +
          "start another one",
      );
    }
    return { still: `${status}, ${Job?.ProgressSummary?.NumberOfTasksSucceeded ?? 0} of ${total} objects` };
  });
}
