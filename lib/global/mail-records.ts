import { Construct } from "constructs";
import type { IMailIdentity } from "../regional/mail-identity";
import { DnsRecord, type RecordSet } from "./dns-record";

/** Which domain sends mail, through which identities. */
export interface MailRecordSetsProps {
  /** Domain in the `From` address, such as `example.com`. */
  readonly domain: string;
  /** That domain's identity in each region. */
  readonly identities: readonly Pick<IMailIdentity, "dkimTokens" | "mailFrom" | "region">[];
  /**
   * What receivers do with mail that fails DMARC. With `existing` the domain's DMARC record is somebody else's, and stays
   * as it is. @default "none": it is reported, and delivered
   */
  readonly dmarcPolicy?: "none" | "quarantine" | "reject" | "existing";
  /**
   * Mail address that receivers send DMARC reports to. One of another domain must agree by a record of its own: RFC
   * 7489, section 7.1.
   *
   * @default - nowhere
   */
  readonly dmarcReportsTo?: string;
}

/** Where the records of a mail domain are made. */
export interface MailRecordsProps extends MailRecordSetsProps {
  /** Id of the public zone that holds the domain. */
  readonly zoneId: string;
}

const TTL_SECONDS = 3600;
const DMARC = "dmarc";

/**
 * Regions whose DKIM keys stand under a domain of their own.
 * Source: AWS general reference, "Amazon Simple Email Service endpoints and quotas", DKIM domains.
 */
const REGIONS_WITH_OWN_DKIM_DOMAIN = new Set([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
]);

/**
 * What must stand in DNS so that both regions may send mail for a domain (B5), by id: per region three DKIM keys and
 * the MX and SPF records of its MAIL FROM name, and once DMARC.
 *
 * All of them stand side by side, so mail can be sent from either region before, during and after the switch.
 *
 * Source: SES developer guide, "Easy DKIM in Amazon SES", "Using a custom MAIL FROM domain", "Complying with DMARC".
 */
export function mailRecordSets(props: MailRecordSetsProps): { readonly [id: string]: RecordSet } {
  const { domain, dmarcPolicy = "none", dmarcReportsTo } = props;
  const dmarc = ["v=DMARC1", `p=${dmarcPolicy}`, ...(dmarcReportsTo ? [`rua=mailto:${dmarcReportsTo}`] : [])];
  const records = props.identities.flatMap((identity) => identityRecords(domain, identity));
  if (dmarcPolicy !== "existing") {
    records.push([DMARC, record(`_dmarc.${domain}`, "TXT", dmarc.join("; "))]);
  }
  return Object.fromEntries(records);
}

function identityRecords(
  domain: string,
  { dkimTokens, mailFrom, region }: MailRecordSetsProps["identities"][number],
): [id: string, record: RecordSet][] {
  const dkimDomain = REGIONS_WITH_OWN_DKIM_DOMAIN.has(region)
    ? `dkim.${region}.amazonses.com`
    : "dkim.amazonses.com";
  return [
    ...dkimTokens.map((token, index): [string, RecordSet] => [
      `${region}-dkim-${index + 1}`,
      record(`${token}._domainkey.${domain}`, "CNAME", `${token}.${dkimDomain}`),
    ]),
    [`${region}-mail-from`, record(mailFrom, "MX", `10 feedback-smtp.${region}.amazonses.com`)],
    [`${region}-spf`, record(mailFrom, "TXT", "v=spf1 include:amazonses.com ~all")],
  ];
}

function record(name: string, type: RecordSet["type"], value: string): RecordSet {
  return { name, type, values: [value], ttlSeconds: TTL_SECONDS };
}

/**
 * Makes the records of `mailRecordSets` in a Route 53 zone.
 *
 * Records that an identity has already become these. A DMARC record that is there already is not touched: Route 53
 * refuses to make a second one, so leave it to whoever made it (`existing`).
 *
 * Cost: none.
 */
export class MailRecords extends Construct {
  constructor(scope: Construct, id: string, { zoneId, ...props }: MailRecordsProps) {
    super(scope, id);
    for (const [name, set] of Object.entries(mailRecordSets(props))) {
      new DnsRecord(this, name, { zoneId, takeOver: name !== DMARC, ...set });
    }
  }
}
