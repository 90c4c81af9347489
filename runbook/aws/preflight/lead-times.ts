/** Something that takes others' time, and has to be begun ahead. */
export interface LeadTime {
  readonly what: string;
  /** Before the cutover. */
  readonly ahead: string;
  readonly how: string;
}

/**
 * What has to be begun ahead, the longest first. Pure.
 *
 * Sources: SES developer guide, "Request production access" (an answer within 24 hours); Service Quotas user guide,
 * "Requesting a quota increase"; ACM user guide, "DNS validation".
 */
export function leadTimes(egress: {
  readonly source: readonly string[];
  readonly target: readonly string[];
}): LeadTime[] {
  const addresses = (list: readonly string[]) => list.join(", ") || "none of its own";
  return [
    {
      what: "Partners' allowlists",
      ahead: "as long as the slowest partner takes, often two weeks",
      how: `calls go out from ${addresses(egress.target)} after the cutover, from ${addresses(egress.source)} until then: have both allowed`,
    },
    {
      what: "Quotas of the target region",
      ahead: "hours to days",
      how: "requests are the fixes of the check on quotas",
    },
    { what: "SES production access", ahead: "24 to 48 hours", how: "ask in the target region" },
    {
      what: "TTL of the public name",
      ahead: "48 hours",
      how: "deploy the cutover stack with lower_ttl=true; a day after the cutover set it back",
    },
    {
      what: "Certificates",
      ahead: "minutes where Terraform makes the records; as long as a person takes where not",
      how: "see dns-records.md",
    },
  ];
}

/** Who calls in from outside, and has to find the workload all the same: to be gone through by people (B5). */
export const CALLERS_CHECKLIST: readonly string[] = [
  "webhooks of payment, mail and chat providers call the public name, and no region's own name or address",
  "callback and redirect URLs of sign-in providers name the public name",
  "partners that allow calls by address know the target's addresses",
  "monitoring from outside probes the public name, and alarms of the target reach the same people",
  "certificates, keys and signatures that others have pinned are the same on both sides",
];
