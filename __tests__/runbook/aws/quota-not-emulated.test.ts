import {
  ListAWSDefaultServiceQuotasCommand,
  ListRequestedServiceQuotaChangeHistoryCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { mockClient } from "aws-sdk-client-mock";
import { lowerQuotas, type Quota, quotasIn, readQuotas } from "../../../runbook/aws/quota";

const quotas = quotasIn({ name: "eu-west-1" });
const aws = mockClient(ServiceQuotasClient);

test("the account's own values stand over AWS's defaults, page by page, with open requests beside them", async () => {
  const quota = (QuotaCode: string, Value: number) => ({
    ServiceCode: "rds",
    QuotaCode,
    QuotaName: `quota ${QuotaCode}`,
    Value,
    Adjustable: true,
  });
  aws
    .on(ListAWSDefaultServiceQuotasCommand, { ServiceCode: "rds" })
    .resolves({ Quotas: [quota("L-1", 40)], NextToken: "more" })
    .on(ListAWSDefaultServiceQuotasCommand, { ServiceCode: "rds", NextToken: "more" })
    .resolves({ Quotas: [quota("L-2", 5)] })
    .on(ListServiceQuotasCommand, { ServiceCode: "rds" })
    .resolves({ Quotas: [quota("L-1", 100)] })
    .on(ListRequestedServiceQuotaChangeHistoryCommand, { Status: "PENDING" })
    .resolves({ RequestedQuotas: [{ QuotaCode: "L-2", DesiredValue: 8 }] })
    .on(ListRequestedServiceQuotaChangeHistoryCommand, { Status: "CASE_OPENED" })
    .resolves({ RequestedQuotas: [{ QuotaCode: "L-2", DesiredValue: 10 }] });
  const common = { service: "rds", adjustable: true };
  expect(await readQuotas(quotas, ["rds"])).toEqual([
    { ...common, code: "L-1", name: "quota L-1", value: 100, requested: undefined },
    { ...common, code: "L-2", name: "quota L-2", value: 5, requested: 10 },
  ]);
});

describe("comparison", () => {
  const quota = (value: number, more: Partial<Quota> = {}): Quota => ({
    service: "rds",
    code: "L-1",
    name: "DB instances",
    value,
    adjustable: true,
    ...more,
  });
  const fixOf = (source: Quota, ...target: Quota[]) =>
    lowerQuotas([source], target, "eu-west-1").map(({ fix }) => fix);

  test("a quota as high as the source's is no finding", () => {
    expect(fixOf(quota(40), quota(40))).toEqual([]);
    expect(fixOf(quota(40), quota(41))).toEqual([]);
  });

  test("a lower one comes with the command that asks for more", () => {
    expect(fixOf(quota(40), quota(20))).toEqual([
      "aws service-quotas request-service-quota-increase --region eu-west-1 --service-code rds --quota-code L-1 " +
        "--desired-value 40",
    ]);
  });

  test("one that is asked for already, or that AWS does not raise, or that is missing, is told apart", () => {
    expect(fixOf(quota(40), quota(20, { requested: 40 }))).toEqual(["wait: an open request asks for 40"]);
    expect(fixOf(quota(40), quota(20, { adjustable: false }))).toEqual([
      "AWS does not raise it: use less than 20 in eu-west-1",
    ]);
    expect(fixOf(quota(40))).toEqual(["see whether rds offers the same in eu-west-1"]);
  });

  test("a quota of the same code of another service is another one", () => {
    expect(fixOf(quota(40), quota(40, { service: "ecs" }))).toHaveLength(1);
  });
});
