import { CreateJobCommand, DescribeJobCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import { mockClient } from "aws-sdk-client-mock";
import {
  type BatchReplicationJob,
  s3ControlIn,
  startBatchReplication,
  waitForBatchReplication,
} from "../../../runbook/aws/batch-replication";

const s3Control = s3ControlIn({ name: "us-east-1" });
const aws = mockClient(S3ControlClient);
const states: string[] = [];
const waiting = {
  signal: new AbortController().signal,
  pauseMs: 1,
  onChange: (state: string) => void states.push(state),
};
const account = "123456789012";
const job: BatchReplicationJob = {
  AccountId: account,
  ConfirmationRequired: false,
  Priority: 10,
  RoleArn: `arn:aws:iam::${account}:role/batch-replication`,
  Operation: { S3ReplicateObject: {} },
  Report: { Enabled: false },
  ManifestGenerator: {
    S3JobManifestGenerator: {
      SourceBucket: "arn:aws:s3:::uploads",
      EnableManifestOutput: false,
      Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ["NONE", "FAILED"] },
    },
  },
};

beforeEach(() => {
  aws.reset();
  states.length = 0;
});

test("B7: a job is started under its token, exactly as the stack describes it", async () => {
  aws.on(CreateJobCommand).resolves({ JobId: "job-1" });
  expect(await startBatchReplication(s3Control, job, "uploads-1")).toBe("job-1");
  expect(aws.commandCalls(CreateJobCommand)[0]!.args[0].input).toEqual({
    ...job,
    ClientRequestToken: "uploads-1",
  });
});

test("B7: its end is waited for, and objects that it could not replicate are counted", async () => {
  const progress = (done: number, failed = 0) => ({
    TotalNumberOfTasks: 100,
    NumberOfTasksSucceeded: done,
    NumberOfTasksFailed: failed,
  });
  aws
    .on(DescribeJobCommand, { AccountId: account, JobId: "job-1" })
    .resolvesOnce({ Job: { Status: "Preparing" } })
    .resolvesOnce({ Job: { Status: "Active", ProgressSummary: progress(40) } })
    .resolves({ Job: { Status: "Complete", ProgressSummary: progress(97, 3) } });
  expect(await waitForBatchReplication(s3Control, { account, jobId: "job-1" }, waiting)).toEqual({
    jobId: "job-1",
    objects: 100,
    failedObjects: 3,
  });
  expect(states).toEqual(["Preparing, 0 of 0 objects", "Active, 40 of 100 objects"]);
});

test("fails with S3's reasons when the job itself fails", async () => {
  const FailureReasons = [{ FailureCode: "403", FailureReason: "no access to the manifest" }];
  aws.on(DescribeJobCommand).resolves({ Job: { Status: "Failed", FailureReasons } });
  await expect(waitForBatchReplication(s3Control, { account, jobId: "job-1" }, waiting)).rejects.toThrow(
    "us-east-1: S3 batch job job-1: Failed (no access to the manifest), expected Complete; start another one",
  );
});
