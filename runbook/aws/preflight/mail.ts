import { listMailDomains, readMailDomain, readSendingAccount } from "../mail";
import type { Clients } from "../clients";
import type { AwsFinding, AwsLook } from "./finding";

/** Permission to send, and proof of a domain, are a region's own (B5). */
export const mailLook = (
  clients: Clients,
  regions: { readonly source: string; readonly target: string },
): AwsLook => ({
  id: "mail",
  title: "The target may send the mail that the source sends",
  async find() {
    const [source, target] = [clients.in("mail", regions.source), clients.in("mail", regions.target)];
    const domains = await listMailDomains(source);
    if (domains.length === 0) return [];
    const [here, there] = await Promise.all([readSendingAccount(source), readSendingAccount(target)]);
    const known = await Promise.all(
      domains.map(async (domain) => [domain, await readMailDomain(target, domain)] as const),
    );
    return [
      ...accountFindings(here, there, regions.target),
      ...known.flatMap(([domain, found]) => domainFindings(domain, found, regions.target)),
    ];
  },
});

type Account = Awaited<ReturnType<typeof readSendingAccount>>;

function accountFindings(source: Account, target: Account, region: string): AwsFinding[] {
  return [
    ...(source.production && !target.production
      ? [
          {
            severity: "warns" as const,
            found: `SES in ${region} is in the sandbox: it sends to verified addresses only`,
            expected: "production access, as the source has",
            fix: `ask for it a day or two ahead: aws sesv2 put-account-details --region ${region} --production-access-enabled ...`,
          },
        ]
      : []),
    ...(target.dailyLimit < source.dailyLimit || target.perSecond < source.perSecond
      ? [
          {
            severity: "warns" as const,
            found: `SES in ${region} sends ${target.dailyLimit} a day, ${target.perSecond} a second`,
            expected: `${source.dailyLimit} a day, ${source.perSecond} a second, as the source`,
            fix: "ask AWS to raise it, or warm it up by sending from there ahead",
          },
        ]
      : []),
  ];
}

function domainFindings(
  domain: string,
  found: Awaited<ReturnType<typeof readMailDomain>>,
  region: string,
): AwsFinding[] {
  if (found?.verified && found.dkim === "SUCCESS") return [];
  return [
    {
      severity: "warns",
      found: `SES in ${region}: ${domain} is ${found ? `not ready (DKIM ${found.dkim})` : "unknown"}`,
      expected: "verified, with DKIM",
      fix: found
        ? `publish ${found.dkimTokens.map((token) => `${token}._domainkey.${domain} CNAME ${token}.dkim.amazonses.com`).join(", ")}`
        : "describe it as the workload's mail and deploy the standby stack",
    },
  ];
}
