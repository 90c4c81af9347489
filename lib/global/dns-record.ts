import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";

/** What stands in DNS under one name and type. */
export interface RecordSet {
  /** Full name, such as `shop.example.com`. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME" | "MX" | "TXT";
  readonly values: readonly string[];
  /** How long resolvers may keep it, in seconds. */
  readonly ttlSeconds: number;
}

export interface DnsRecordProps extends RecordSet {
  readonly zoneId: string;
  /**
   * Terraform bool expression that brings the TTL down to 60 seconds while it is true (B1). Every resolver has seen
   * that only after the old TTL has passed.
   *
   * @default - the TTL stays
   */
  readonly lowered?: string;
  /**
   * Whether a record of this name and type that is there already becomes this one, in place; the plan shows it as new.
   * One of another type has to go first, if the two cannot stand side by side. @default - false: Route 53 refuses to make
   * a second one
   */
  readonly takeOver?: boolean;
  /** Id of a record that exists and is managed here from now on: `<zone id>_<name>_<type>`. @default - a new one */
  readonly importId?: string;
}

/** What a TTL is brought down to before a change: after a minute whoever asks has the new answer. */
export const LOWERED_TTL_SECONDS = 60;
/** Two days, as Route 53's own name servers' records: what is kept longer cannot be changed within a relocation. */
const LONGEST_TTL_SECONDS = 172_800;

/**
 * A record in a Route 53 zone, with its TTL.
 *
 * Values, TTL and type change in place; another name takes the old record away before the new one is made.
 *
 * Cost: none; queries are paid by the zone.
 */
export class DnsRecord extends Construct {
  readonly fqdn: string;

  constructor(scope: Construct, id: string, props: DnsRecordProps) {
    super(scope, id);
    const { ttlSeconds, lowered } = props;
    this.node.addValidation({ validate: () => ttlFaults(this.node.path, ttlSeconds) });
    const lowTtl = Math.min(ttlSeconds, LOWERED_TTL_SECONDS);
    const record = new Route53Record(this, "record", {
      zoneId: props.zoneId,
      name: props.name,
      type: props.type,
      allowOverwrite: props.takeOver,
      records: [...props.values],
      ttl: lowered === undefined ? ttlSeconds : Token.asNumber(Fn.conditional(lowered, lowTtl, ttlSeconds)),
    });
    if (props.importId !== undefined) record.importFrom(props.importId);
    this.fqdn = record.fqdn;
  }
}

function ttlFaults(path: string, ttlSeconds: number): string[] {
  const fits = Number.isInteger(ttlSeconds) && ttlSeconds >= 1 && ttlSeconds <= LONGEST_TTL_SECONDS;
  if (fits || Token.isUnresolved(ttlSeconds)) return [];
  return [
    `${path}: found a TTL of ${ttlSeconds} seconds, expected 1 to ${LONGEST_TTL_SECONDS}. Fix: change "ttlSeconds".`,
  ];
}
