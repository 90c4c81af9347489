import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { mockClient } from "aws-sdk-client-mock";
import { mailIn, readMailDomain, readSendingAccount } from "../../../runbook/aws/mail";

const ses = mailIn({ name: "eu-west-1" });
const aws = mockClient(SESv2Client);
beforeEach(() => aws.reset());

test("B5: an account in the sandbox is told from one in production", async () => {
  aws.on(GetAccountCommand).resolves({
    ProductionAccessEnabled: false,
    SendingEnabled: true,
    SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
  });
  expect(await readSendingAccount(ses)).toEqual({
    production: false,
    enabled: true,
    dailyLimit: 200,
    perSecond: 1,
  });
});

test("B5: the envelope sender's domain has a state of its own", async () => {
  aws.on(GetEmailIdentityCommand).resolves({
    VerifiedForSendingStatus: true,
    DkimAttributes: { Status: "SUCCESS", Tokens: ["a", "b", "c"] },
    MailFromAttributes: {
      MailFromDomain: "mail-eu-west-1.example.com",
      MailFromDomainStatus: "PENDING",
      BehaviorOnMxFailure: "USE_DEFAULT_VALUE",
    },
  });
  expect(await readMailDomain(ses, "example.com")).toEqual({
    verified: true,
    dkim: "SUCCESS",
    dkimTokens: ["a", "b", "c"],
    mailFrom: { domain: "mail-eu-west-1.example.com", status: "PENDING" },
  });
});
