import { cloudFrontIn } from "../../../runbook/aws/distribution";
import { route53In } from "../../../runbook/aws/dns-record";
import { rdsIn } from "../../../runbook/aws/rds-instance";

const environment = { ...process.env };
afterEach(() => void (process.env = { ...environment }));

test("a client is bound to its region and its retries, whatever the environment says", async () => {
  Object.assign(process.env, {
    AWS_REGION: "ap-south-1",
    AWS_DEFAULT_REGION: "ap-south-1",
    AWS_MAX_ATTEMPTS: "1",
    AWS_RETRY_MODE: "legacy",
  });
  const { config } = rdsIn({ name: "eu-west-1" });
  expect(await config.region()).toBe("eu-west-1");
  expect(await config.maxAttempts()).toBe(6);
  expect(config.retryMode).toBe("adaptive");
});

test("the global services are reached by the one region that they have", async () => {
  expect(await cloudFrontIn().config.region()).toBe("us-east-1");
  expect(await route53In().config.region()).toBe("us-east-1");
});
