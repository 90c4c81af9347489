import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { ecsIn } from "../../../runbook/aws/ecs-service";
import { taskAddresses } from "../../../runbook/aws/task-addresses";

const ecs = ecsIn({ name: "eu-west-1" });
const aws = mockClient(ECSClient);
const pooler = { cluster: "pooler", service: "pooler" };
const task = (number: number, lastStatus = "RUNNING"): Task => ({
  ...{ taskArn: `task/${number}`, lastStatus },
  attachments: [
    {
      type: "ElasticNetworkInterface",
      details: [{ name: "privateIPv4Address", value: `10.20.0.${number}` }],
    },
  ],
});

test("every running task counts with its own address, also where there are more than one call lists or describes", async () => {
  const numbers = Array.from({ length: 130 }, (_, index) => index + 1);
  const arns = numbers.map((number) => `task/${number}`);
  aws.on(ListTasksCommand).resolvesOnce({ taskArns: arns.slice(0, 100), nextToken: "more" });
  aws.on(ListTasksCommand, { nextToken: "more" }).resolves({ taskArns: arns.slice(100) });
  aws.on(DescribeTasksCommand).callsFake(({ tasks }: { tasks: string[] }) => {
    // As AWS refuses it.
    if (tasks.length > 100) throw new Error("tasks cannot have more than 100 elements");
    return {
      tasks: tasks.map((arn) => task(Number(arn.slice(5)), arn === "task/7" ? "STOPPED" : "RUNNING")),
    };
  });
  const found = await taskAddresses(ecs, pooler);
  expect(found.map(({ address }) => address)).toEqual(
    numbers.filter((number) => number !== 7).map((number) => `10.20.0.${number}`),
  );
});
