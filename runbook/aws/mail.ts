import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  paginateListEmailIdentities,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";

/** A client of SES in one region: identities, reputation and permission to send are a region's own. */
export const mailIn = (region: AwsRegion): SESv2Client => connect(SESv2Client, region);

/** What a region lets the account send. */
export interface SendingAccount {
  /** Mail goes to everybody; otherwise to verified addresses only, and AWS takes a day or two to grant it. */
  readonly production: boolean;
  /** AWS has not stopped it. */
  readonly enabled: boolean;
  /** Messages in 24 hours. */
  readonly dailyLimit: number;
  readonly perSecond: number;
}

/** Reads what a region lets the account send. Needs `ses:GetAccount`, for which AWS knows no resources. */
export async function readSendingAccount(ses: SESv2Client): Promise<SendingAccount> {
  const found = await ses.send(new GetAccountCommand({}));
  return {
    production: found.ProductionAccessEnabled ?? false,
    enabled: found.SendingEnabled ?? false,
    dailyLimit: found.SendQuota?.Max24HourSend ?? 0,
    perSecond: found.SendQuota?.MaxSendRate ?? 0,
  };
}

/** The domains that a region knows to send from. Needs `ses:ListEmailIdentities`, for which AWS knows no resources. */
export async function listMailDomains(ses: SESv2Client): Promise<readonly string[]> {
  const domains: string[] = [];
  for await (const { EmailIdentities } of paginateListEmailIdentities({ client: ses }, {})) {
    for (const { IdentityType, IdentityName } of EmailIdentities ?? []) {
      if (IdentityType === "DOMAIN" && IdentityName !== undefined) domains.push(IdentityName);
    }
  }
  return domains;
}

/** A domain that mail is sent from. */
export interface MailDomain {
  /** It may be sent from. */
  readonly verified: boolean;
  /** As SES writes it: `SUCCESS` once it has seen the records. */
  readonly dkim: string;
  /** The records to publish: `<token>._domainkey.<domain>` CNAME `<token>.dkim.amazonses.com`. */
  readonly dkimTokens: readonly string[];
  /** Domain of the envelope sender. @default - SES's own */
  readonly mailFrom?: { readonly domain: string; readonly status: string };
}

/**
 * Reads how far a domain is with SES in this region.
 *
 * Needs `ses:GetEmailIdentity` on the identity.
 *
 * @returns undefined when SES does not know it in this region
 */
export async function readMailDomain(ses: SESv2Client, domain: string): Promise<MailDomain | undefined> {
  const found = await unlessFault(
    ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain })),
    "NotFound",
  );
  if (!found) return undefined;
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom } = found;
  return {
    verified: found.VerifiedForSendingStatus ?? false,
    dkim: dkim?.Status ?? "NOT_STARTED",
    dkimTokens: dkim?.Tokens ?? [],
    mailFrom: mailFrom?.MailFromDomain
      ? { domain: mailFrom.MailFromDomain, status: mailFrom.MailFromDomainStatus ?? "unknown" }
      : undefined,
  };
}
