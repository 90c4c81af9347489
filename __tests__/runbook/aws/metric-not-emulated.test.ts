import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { mockClient } from "aws-sdk-client-mock";
import { cloudWatchIn, type Metric, readMetrics } from "../../../runbook/aws/metric";

const cloudWatch = cloudWatchIn({ name: "eu-west-1" });
const aws = mockClient(CloudWatchClient);
const lag = (database: string): Metric => ({
  namespace: "AWS/RDS",
  name: "ReplicaLag",
  dimensions: { DBInstanceIdentifier: database },
  statistic: "Maximum",
});
const minute = (count: number) => new Date(Date.UTC(2030, 0, 1, 0, count));
beforeEach(() => aws.reset());

test("the newest value counts, whatever the order and on whatever page it comes", async () => {
  aws
    .on(GetMetricDataCommand)
    .resolvesOnce({
      MetricDataResults: [{ Id: "m0", Timestamps: [minute(1), minute(2)], Values: [10, 20] }],
      NextToken: "more",
    })
    .resolvesOnce({
      MetricDataResults: [
        { Id: "m0", Timestamps: [minute(3), minute(0)], Values: [30, 0] },
        { Id: "m1", Timestamps: [], Values: [] },
      ],
    });
  expect(await readMetrics(cloudWatch, [lag("orders"), lag("billing")], 5)).toEqual([
    { value: 30, at: minute(3) },
    undefined,
  ]);
});

test("more metrics than one call takes are asked for in several, and stay in order", async () => {
  aws.on(GetMetricDataCommand).callsFake((input: { MetricDataQueries: { Id: string }[] }) => ({
    MetricDataResults: input.MetricDataQueries.map(({ Id }) => ({
      Id,
      Timestamps: [minute(1)],
      Values: [input.MetricDataQueries.length],
    })).reverse(),
  }));
  const metrics = Array.from({ length: 700 }, (_, index) => lag(`db-${index}`));
  const readings = await readMetrics(cloudWatch, metrics, 5);
  expect(readings.map((reading) => reading?.value)).toEqual([
    ...Array<number>(500).fill(500),
    ...Array<number>(200).fill(200),
  ]);
});
