import type { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";

/** Which certificate a record proves, in which zone. */
export interface ValidationRecordProps {
  /** A certificate with one name and DNS validation, of any region. */
  readonly certificate: AcmCertificate;
  /** Id of the public zone that holds the certificate's name. */
  readonly zoneId: string;
}

/**
 * The record by which ACM sees that a name is ours. It stays: ACM renews by it.
 *
 * Cost: none.
 */
export class ValidationRecord extends Construct {
  /** Full name, to wait with until the certificate is issued. */
  readonly fqdn: string;

  constructor(scope: Construct, id: string, props: ValidationRecordProps) {
    super(scope, id);
    const asked = props.certificate.domainValidationOptions.get(0);
    this.fqdn = new Route53Record(this, "record", {
      zoneId: props.zoneId,
      name: asked.resourceRecordName,
      type: asked.resourceRecordType,
      records: [asked.resourceRecordValue],
      ttl: 300,
      // ACM asks one name of an account for the same record every time, so an older certificate may have left it.
      allowOverwrite: true,
    }).fqdn;
  }
}
