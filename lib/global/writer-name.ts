import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";

/** Which name follows the writer, where it is known, and which host it leads to. */
export interface WriterNameProps {
  /**
   * Private zone that is made for this one name, such as `orders.storefront.internal`. A network cannot be joined to
   * two private zones of one name, so each database needs its own. Another name plans another zone.
   */
  readonly zoneName: string;
  /** The name applications connect to, inside of the zone, such as `writer.orders.storefront.internal`. */
  readonly name: string;
  /** Networks of this account that can ask for the name: those of both regions. */
  readonly vpcs: readonly { readonly vpcId: string; readonly region: string }[];
  /** Host of the source's database. */
  readonly source: string;
  /** Host of the target's database. */
  readonly target: string;
  /** Terraform bool expression: true while the target is the active side. */
  readonly active: string;
}

/** Resolvers inside a network keep it no longer; clients that keep addresses for ever are not helped by any TTL. */
const TTL_SECONDS = 1;

/**
 * The private name that leads to the one writer: writer discovery by `cname`.
 *
 * - TLS: the server's certificate carries RDS's own names, so behind this one clients can verify the authority only
 *   (`sslmode=verify-ca`, MySQL's `VERIFY_CA`), never the host.
 * - The hold: writes are refused on the source at the fence and accepted on the target as soon as its gate opens, but
 *   clients find it only when they have looked up the new address: a second of TTL, plus what Route 53 takes to spread
 *   the change, "generally within 60 seconds". Meanwhile they get errors, which they must retry.
 * - Connections that are open stay where they are until the fence ends them.
 *
 * The flip changes the record in place.
 *
 * Cost: one hosted zone a month, and queries.
 *
 * Source: Route 53 developer guide, "Editing records" and "Considerations when working with a private hosted zone".
 */
export class WriterName extends Construct {
  readonly zoneId: string;
  readonly name: string;
  readonly ttlSeconds = TTL_SECONDS;

  constructor(scope: Construct, id: string, props: WriterNameProps) {
    super(scope, id);
    this.node.addValidation({
      validate: () =>
        props.name.endsWith(`.${props.zoneName}`)
          ? []
          : [
              `${this.node.path}: found the name ${props.name}, expected one inside of its zone ${props.zoneName}. ` +
                `Fix: change "name", such as to writer.${props.zoneName}.`,
            ],
    });
    const zone = new Route53Zone(this, "zone", {
      name: props.zoneName,
      comment: "Leads applications to the one writer",
      vpc: props.vpcs.map(({ vpcId, region }) => ({ vpcId, vpcRegion: region })),
    });
    const record = new Route53Record(this, "record", {
      zoneId: zone.zoneId,
      name: props.name,
      type: "CNAME",
      records: [Token.asString(Fn.conditional(props.active, props.target, props.source))],
      ttl: TTL_SECONDS,
    });
    this.zoneId = zone.zoneId;
    this.name = record.name;
  }
}
