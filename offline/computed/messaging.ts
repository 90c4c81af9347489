import { digestOf } from "../value";
import {
  ACCOUNT,
  always,
  argument,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
} from "./made";

const queueUrl: Rule = (made) => `https://sqs.${made.region}.amazonaws.com/${ACCOUNT}/${nameOf(made)}`;
const queueSetting: Rules[string] = { id: sameAs("queue_url") };

/** Easy DKIM has three tokens of 32 letters and digits; every region signs with keys of its own. */
const dkimTokens: Rule = (made) =>
  [1, 2, 3].map((n) =>
    digestOf(ACCOUNT, made.region, argument(made, "email_identity"), `dkim ${n}`).slice(0, 32),
  );

const identityType = (made: Made) =>
  argument(made, "email_identity").includes("@") ? "EMAIL_ADDRESS" : "DOMAIN";

/** Queues and mail. */
export const MESSAGING: Rules = {
  aws_sqs_queue: {
    id: queueUrl,
    url: queueUrl,
    arn: (made) => regionalArn("sqs", made, nameOf(made)),
    name: nameOf,
  },
  aws_sqs_queue_policy: queueSetting,
  aws_sqs_queue_redrive_policy: queueSetting,
  aws_sqs_queue_redrive_allow_policy: queueSetting,
  aws_sesv2_email_identity: {
    id: sameAs("email_identity"),
    arn: (made) => regionalArn("ses", made, `identity/${argument(made, "email_identity")}`),
    identity_type: identityType,
    verification_status: always("SUCCESS"),
    verified_for_sending_status: always(true),
    "dkim_signing_attributes.tokens": dkimTokens,
    "dkim_signing_attributes.status": always("SUCCESS"),
    "dkim_signing_attributes.current_signing_key_length": always("RSA_2048_BIT"),
    "dkim_signing_attributes.next_signing_key_length": always("RSA_2048_BIT"),
    "dkim_signing_attributes.signing_attributes_origin": always("AWS_SES"),
  },
  aws_sesv2_email_identity_mail_from_attributes: { id: sameAs("email_identity") },
  aws_sesv2_configuration_set: {
    id: sameAs("configuration_set_name"),
    arn: (made) => regionalArn("ses", made, `configuration-set/${argument(made, "configuration_set_name")}`),
  },
  aws_sesv2_configuration_set_event_destination: {
    id: (made) => `${argument(made, "configuration_set_name")}|${argument(made, "event_destination_name")}`,
  },
};
