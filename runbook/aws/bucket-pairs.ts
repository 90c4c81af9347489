import { randomUUID } from "node:crypto";
import type { PartOf } from "../../lib/manifest";
import type { BucketPair } from "../bucket-pair";
import { otherSide, type Side } from "../side";
import {
  type BatchReplicationJob,
  startBatchReplication,
  waitForBatchReplication,
} from "./batch-replication";
import { compareListings, listObjects } from "./bucket-listing";
import { replicationLag, replicationRules } from "./bucket-replication";
import type { Clients } from "./clients";

/** Failures that are looked for, in minutes: what failed before has been told of, or was copied by a job. */
const RECENT = 60;

/**
 * The buckets of a workload and their twins.
 *
 * Needs `s3:ListBucket` and `GetReplicationConfiguration` on both, `cloudwatch:GetMetricData` in both regions, and for
 * `mirror` `s3:CreateJob`, `DescribeJob` and `iam:PassRole` on the job's role.
 */
export function bucketPairs(
  clients: Clients,
  buckets: PartOf<"standby">["buckets"],
  jobs: PartOf<"replication">["bucketJobs"],
  regions: Readonly<Record<Side, string>>,
): BucketPair[] {
  return Object.entries(buckets).map(([name, bucket]) => {
    const s3 = (side: Side) => clients.in("s3", regions[side]);
    return {
      name,
      faults: (from) => faultsOf(clients, bucket, regions, from),
      mirrorActions: () => [`${regions.source}: s3control CreateJob (replicate what is in ${bucket.source})`],
      async mirror(signal, onChange) {
        const job = jobs[name];
        if (!job) throw new Error("no job is described for it; deploy the replication stack");
        const s3Control = clients.in("s3Control", regions.source);
        const jobId = await startBatchReplication(s3Control, job as BatchReplicationJob, randomUUID());
        return waitForBatchReplication(s3Control, { account: job.AccountId, jobId }, { signal, onChange });
      },
      compare(from, before, signal) {
        const to = otherSide(from);
        const listings = [from, to].map((side) => listObjects(s3(side), bucket[side], signal));
        return compareListings(listings[0]!, listings[1]!, before);
      },
    };
  });
}

async function faultsOf(
  clients: Clients,
  bucket: Readonly<Record<Side, string>>,
  regions: Readonly<Record<Side, string>>,
  from: Side,
): Promise<string[]> {
  const to = otherSide(from);
  const rules = await replicationRules(clients.in("s3", regions[from]), bucket[from]);
  const rule = rules.find(({ destination }) => destination === bucket[to]);
  const what = `${bucket[from]} is`;
  if (!rule) return [`${what} not replicated to ${bucket[to]}; deploy the replication stack`];
  if (!rule.enabled)
    return [`${what} replicated to ${bucket[to]} by a rule that is disabled; deploy the replication stack`];
  const watches = {
    from: clients.in("cloudWatch", regions[from]),
    to: clients.in("cloudWatch", regions[to]),
  };
  const link = { from: bucket[from], to: bucket[to], ruleId: rule.id };
  const { failedObjects = 0 } = await replicationLag(watches, link, RECENT);
  return failedObjects === 0
    ? []
    : [
        `${failedObjects} objects of ${bucket[from]} could not be replicated to ${bucket[to]} lately; see the ` +
          "replication role's rights, then have them copied by a batch job",
      ];
}
