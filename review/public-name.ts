import type { ReviewedObject, Values } from "./reviewed-plan";
import { text } from "./value";

const LEADS = ["A", "AAAA", "CNAME"];

/** Whether a record leads somebody somewhere, as opposed to one that proves something (`_acme-challenge`, DKIM). */
export function namesOrigin({ type }: ReviewedObject, values: Values | undefined): boolean {
  if (type !== "aws_route53_record" || !values) return false;
  return LEADS.includes(text(values.type)) && !/(^|\.)_/.test(text(values.name)) && !isProof(values);
}

/** Names of proofs are known after apply only; what they point to is, too, and their type alone is not. */
const isProof = ({ records }: Values): boolean =>
  Array.isArray(records) &&
  records.some((record) => /\.(acm-validations\.aws|dkim\.amazonses\.com)\.?$/.test(String(record)));
