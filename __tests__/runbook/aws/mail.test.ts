import { CreateEmailIdentityCommand, type SESv2Client } from "@aws-sdk/client-sesv2";
import { mailIn, readMailDomain, readSendingAccount } from "../../../runbook/aws/mail";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

let ses: SESv2Client;

beforeAll(async () => {
  ses = mailIn({ name: "eu-west-1", endpoint: await emulator("ministack") });
}, EMULATOR_TIMEOUT);
afterAll(() => ses.destroy());

test("B5: a domain is known by its DKIM tokens and its state before it may send", async () => {
  const EmailIdentity = "mail-test.example.com";
  expect(await readMailDomain(ses, EmailIdentity)).toBeUndefined();
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity }));
  const domain = await readMailDomain(ses, EmailIdentity);
  expect(domain).toMatchObject({ dkim: "PENDING", mailFrom: undefined });
  expect(domain!.dkimTokens).toHaveLength(3);
});

test("B5: what a region lets the account send is read", async () => {
  const { production, enabled, dailyLimit, perSecond } = await readSendingAccount(ses);
  expect([production, enabled]).toEqual([true, true]);
  expect(dailyLimit).toBeGreaterThan(perSecond);
});
