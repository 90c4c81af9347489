import {
  ACMClient,
  type CertificateDetail,
  DescribeCertificateCommand,
  KeyAlgorithm,
  paginateListCertificates,
} from "@aws-sdk/client-acm";
import { type AwsRegion, connect } from "./region";

/** A client of ACM in one region: a load balancer's certificate is of its own region, CloudFront's of us-east-1. */
export const certificatesIn = (region: AwsRegion): ACMClient => connect(ACMClient, region);

/** A certificate as ACM has it now. */
export interface Certificate {
  /** As ACM writes it: only with `ISSUED` it can be used. */
  readonly status: string;
  /** Host names it is valid for. */
  readonly names: readonly string[];
  /** @default - not issued */
  readonly notAfter?: Date;
  /** DNS records by which the names' owner agrees; they must stay, or ACM does not renew. */
  readonly validationRecords: readonly CertificateRecord[];
  /** Why ACM did not issue it. @default - it has not failed */
  readonly failure?: string;
}

/** A record that proves a name to be the account's. */
export interface CertificateRecord {
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** As ACM writes it, such as `PENDING_VALIDATION` or `SUCCESS`. */
  readonly status: string;
}

/** Describes a certificate. Needs `acm:DescribeCertificate` on it. */
export async function describeCertificate(acm: ACMClient, arn: string): Promise<Certificate> {
  const { Certificate: found } = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
  if (found) return certificateOf(found);
  throw new Error(
    `${await acm.config.region()}: certificate ${arn}: ACM gave none; give the same command again`,
  );
}

/**
 * The certificates of a region that are valid for a host name, whatever their state.
 *
 * Needs `acm:ListCertificates`, for which AWS knows no resources, and `acm:DescribeCertificate` on them.
 */
export async function findCertificates(acm: ACMClient, host: string): Promise<Certificate[]> {
  const arns: string[] = [];
  // Unasked, ACM lists those with RSA keys of 2048 bits alone (ACM API reference, "ListCertificates").
  const pages = paginateListCertificates(
    { client: acm },
    { Includes: { keyTypes: Object.values(KeyAlgorithm) } },
  );
  for await (const { CertificateSummaryList } of pages) {
    for (const {
      CertificateArn: arn,
      DomainName,
      SubjectAlternativeNameSummaries,
    } of CertificateSummaryList ?? []) {
      const names = [DomainName ?? "", ...(SubjectAlternativeNameSummaries ?? [])];
      if (arn !== undefined && covers({ names }, host)) arns.push(arn);
    }
  }
  return Promise.all(arns.map((arn) => describeCertificate(acm, arn)));
}

/** Whether a host name is one that a certificate is valid for: a `*` stands for one label. Pure. */
export function covers(certificate: Pick<Certificate, "names">, host: string): boolean {
  const [, ...parent] = host.split(".");
  return certificate.names.some((name) => name === host || name === ["*", ...parent].join("."));
}

const certificateOf = (found: CertificateDetail): Certificate => ({
  status: found.Status ?? "unknown",
  names: found.SubjectAlternativeNames ?? [],
  notAfter: found.NotAfter,
  failure: found.FailureReason,
  validationRecords: (found.DomainValidationOptions ?? []).flatMap((option) => {
    const { ResourceRecord: record, ValidationStatus: status = "unknown", DomainName: host = "" } = option;
    if (!record) return [];
    return { host, status, name: record.Name ?? "", type: record.Type ?? "", value: record.Value ?? "" };
  }),
});
