import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Construct } from "constructs";
import { ValidationRecord } from "./validation-record";

/** What name a certificate is made out to, and which zone proves it. */
export interface CertificateProps {
  /** The one name on the certificate, such as `shop.example.com`. Another name makes a new certificate first. */
  readonly domainName: string;
  /** Id of the public zone that proves the name is ours. */
  readonly zoneId: string;
}

/**
 * A certificate for CloudFront, in us-east-1, proved by DNS.
 *
 * Applying waits until ACM has seen the record, usually some minutes. ACM renews it by itself as long as the record stays.
 *
 * Cost: none.
 */
export class Certificate extends Construct {
  /** ARN of the certificate once it is valid. */
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "certificate", {
      domainName: props.domainName,
      validationMethod: "DNS",
      // The distribution holds on to the old one until it has the new one.
      lifecycle: { createBeforeDestroy: true },
    });
    const record = new ValidationRecord(this, "proof", { certificate, zoneId: props.zoneId });
    this.certificateArn = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    }).certificateArn;
  }
}
