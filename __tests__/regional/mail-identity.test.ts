import { TerraformOutput } from "cdktf";
import { MailAlarms } from "../../lib/regional/mail-alarms";
import { MailIdentity, type MailIdentityProps } from "../../lib/regional/mail-identity";
import { inPlainStack, inRegion } from "./synthesized";

const identity = (props: Partial<MailIdentityProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    const mail = new MailIdentity(scope, "mail", {
      domain: "example.com",
      mailFrom: "mail-eu-west-1.example.com",
      ...props,
    });
    new TerraformOutput(scope, "records", { value: [mail.region, mail.mailFrom, ...mail.dkimTokens] });
  });

test("B5: mail of a region is signed with 2048 bits, goes over TLS only, and bounces to a name of the region", () => {
  const made = identity();
  expect(made.one("aws_sesv2_email_identity")).toMatchObject({
    email_identity: "example.com",
    dkim_signing_attributes: { next_signing_key_length: "RSA_2048_BIT" },
  });
  expect(made.one("aws_sesv2_configuration_set")).toMatchObject({
    configuration_set_name: "example-com",
    delivery_options: { tls_policy: "REQUIRE" },
    reputation_options: { reputation_metrics_enabled: true },
  });
  expect(made.one("aws_sesv2_email_identity_mail_from_attributes")).toMatchObject({
    mail_from_domain: "mail-eu-west-1.example.com",
    behavior_on_mx_failure: "USE_DEFAULT_VALUE",
  });
});

test("B5: what DNS needs of a region is told: its code, the name bounces go to, three tokens", () => {
  const [output] = Object.values(identity().json.output!) as [{ value: string[] }];
  expect(output.value).toEqual([
    "eu-west-1",
    "mail-eu-west-1.example.com",
    ...[0, 1, 2].map(
      (index) => expect.stringMatching(new RegExp(`^\\$\\{element\\(.+tokens, ${index}\\)}$`)) as string,
    ),
  ]);
});

test("the rates from which on SES reviews an account raise an alarm", () => {
  const made = inRegion("eu-west-1", (scope) => {
    new MailAlarms(scope, "alarms", { name: "storefront" });
  });
  const alarms = Object.values(made.all("aws_cloudwatch_metric_alarm"));
  expect(alarms.map((one) => [one.alarm_name, one.metric_name, one.threshold])).toEqual([
    ["storefront-mail-bounces", "Reputation.BounceRate", 0.05],
    ["storefront-mail-complaints", "Reputation.ComplaintRate", 0.001],
  ]);
});

test("without the scopes the region is what AWS says", () => {
  const made = inPlainStack((stack) => {
    const mail = new MailIdentity(stack, "mail", { domain: "example.com", mailFrom: "mail.example.com" });
    new TerraformOutput(stack, "region", { value: mail.region });
  });
  const [output] = Object.values(made.json.output!) as [{ value: string }];
  expect(output.value).toMatch(/^\$\{aws_sesv2_email_identity\..+\.region}$/);
});

test("fails on a MAIL FROM name that is not below the domain", () => {
  for (const mailFrom of ["example.com", "mail.example.org", "mailexample.com"]) {
    expect(() => identity({ mailFrom })).toThrow(
      /eu-west-1\/mail: mailFrom: found ".+", expected a name below example\.com.*Fix: change "mailFrom"/,
    );
  }
});
