import type { Holdings } from "../cloud";
import { digestOf, type ObjectValue, textOf, type Value } from "../value";

/** The account that everything stands in: the one AWS's own documentation uses for examples. */
export const ACCOUNT = "123456789012";

/** An object in the making: what is configured, and what tells it from every other object. */
export interface Made {
  readonly type: string;
  readonly region: string;
  /** What is known of it: configuration, defaults, and results that stand already. */
  readonly values: ObjectValue;
  /** Hexadecimal digits of its own: the same configuration always gets the same. */
  readonly digest: string;
  /** Everything that stands already, for results that repeat what another object says. */
  readonly cloud: Pick<Holdings, "find" | "findEver">;
}

/** How one computed attribute comes about. */
export type Rule = (made: Made) => Value;

/** Rules by type, then by attribute. */
export type Rules = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

/** A rule that always gives the same value. */
export const always =
  (value: Value): Rule =>
  () =>
    value;

/** The object's own name, under whichever argument its type has it. */
export function nameOf({ values, digest }: Made): string {
  const names = ["name", "identifier", "bucket", "alarm_name", "dashboard_name", "alias"];
  for (const name of names) {
    const found = textOf(values, name);
    if (found !== undefined) return found;
  }
  const prefix =
    textOf(values, "name_prefix") ?? textOf(values, "bucket_prefix") ?? textOf(values, "identifier_prefix");
  if (prefix !== undefined) return `${prefix}${digest.slice(0, 26)}`;
  // A task definition's name; parameter groups have one as well, which many share.
  return textOf(values, "family") ?? digest.slice(0, 17);
}

/** A rule that repeats an argument. */
export const sameAs =
  (name: string): Rule =>
  (made) =>
    argument(made, name);

/** The text of an argument, or "" when it is not known. */
export const argument = (made: Made, name: string): string => textOf(made.values, name) ?? "";

/** Digits that differ from `digest` but depend on nothing else. */
export const digits = (made: Made, purpose: string, length: number): string =>
  digestOf(made.digest, purpose).slice(0, length);

/** Characters as in a CloudFront or Route 53 id. */
export const capitals = (made: Made, length: number): string => made.digest.slice(0, length).toUpperCase();

/** An id such as EC2 gives, `vpc-0123456789abcdef0`. */
export const ec2Id =
  (prefix: string) =>
  ({ digest }: Made): string =>
    `${prefix}-${digest.slice(0, 17)}`;

/** A UUID, as KMS and CloudFront give. */
export function uuid(made: Made): string {
  const d = made.digest;
  return [d.slice(0, 8), d.slice(8, 12), `4${d.slice(13, 16)}`, `a${d.slice(17, 20)}`, d.slice(20, 32)].join(
    "-",
  );
}

/** The object's id where it stands already (it was imported, or is looked up by it), or else one of its own. */
export const idOr =
  (make: (made: Made) => string) =>
  (made: Made): string =>
    textOf(made.values, "id") ?? make(made);

/** The last part of an ARN or path: its name. */
export const tail = (arn: string): string => arn.split(/[:/]/).pop() ?? arn;

/** An ARN with a region in it. */
export const regionalArn = (service: string, made: Made, resource: string): string =>
  `arn:aws:${service}:${made.region}:${ACCOUNT}:${resource}`;

/** An ARN of something that exists once per account. */
export const globalArn = (service: string, resource: string): string =>
  `arn:aws:${service}::${ACCOUNT}:${resource}`;
