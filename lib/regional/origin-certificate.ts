import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Construct } from "constructs";

export interface OriginCertificateProps {
  /** Name CloudFront calls this region's load balancer by. Changing it replaces the certificate, without a gap. */
  readonly domainName: string;
}

/** The DNS record by which ACM sees that the domain is ours; Route 53 is global, so it stands outside of the region. */
export interface ValidationRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/**
 * A certificate for one region's load balancer, validated by DNS.
 *
 * In three steps, because the record between them is a global resource: create this, create the record from
 * `validationRecord`, then give its name to `validate` and the result to the service.
 */
export class OriginCertificate extends Construct {
  readonly validationRecord: ValidationRecord;
  private readonly certificate: AcmCertificate;

  constructor(scope: Construct, id: string, props: OriginCertificateProps) {
    super(scope, id);
    this.certificate = new AcmCertificate(this, "certificate", {
      domainName: props.domainName,
      validationMethod: "DNS",
      // A listener holds on to its certificate, so the new one must be there before the old one can go.
      lifecycle: { createBeforeDestroy: true },
    });
    const option = this.certificate.domainValidationOptions.get(0);
    this.validationRecord = {
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      value: option.resourceRecordValue,
    };
  }

  /**
   * Waits until ACM has issued the certificate.
   *
   * @param recordName full name of the record made from `validationRecord`
   * @returns ARN of the issued certificate
   */
  validate(recordName: string): string {
    return new AcmCertificateValidation(this, "issued", {
      certificateArn: this.certificate.arn,
      validationRecordFqdns: [recordName],
    }).certificateArn;
  }
}
