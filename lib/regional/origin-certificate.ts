import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Construct } from "constructs";

/** What name a load balancer's certificate is made out to. */
export interface OriginCertificateProps {
  /** Name CloudFront calls this region's load balancer by. Changing it replaces the certificate, without a gap. */
  readonly domainName: string;
}

/**
 * A certificate for one region's load balancer, validated by DNS.
 *
 * In three steps, because the record between them is a global resource: create this, create the record for its
 * `certificate` below a global scope, then give the record's name to `validate` and the result to the service.
 */
export class OriginCertificate extends Construct {
  /** What the DNS record is made for; its ARN is of no use before `validate`. */
  readonly certificate: AcmCertificate;

  constructor(scope: Construct, id: string, props: OriginCertificateProps) {
    super(scope, id);
    this.certificate = new AcmCertificate(this, "certificate", {
      domainName: props.domainName,
      validationMethod: "DNS",
      // A listener holds on to its certificate, so the new one must be there before the old one can go.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /**
   * Waits until ACM has issued the certificate.
   *
   * @param recordName full name of the validation record
   * @returns ARN of the issued certificate
   */
  validate(recordName: string): string {
    return new AcmCertificateValidation(this, "issued", {
      certificateArn: this.certificate.arn,
      validationRecordFqdns: [recordName],
    }).certificateArn;
  }
}
