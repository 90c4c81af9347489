/** Mail that the workload sends through SES. */
export interface WorkloadMail {
  /** Domain in the `From` address, such as `example.com`. */
  readonly domain: string;
  /**
   * What receivers do with mail that fails DMARC; `existing` when the domain has a DMARC record, which then stays as it is.
   *
   * @default "none": it is reported, and delivered
   */
  readonly dmarcPolicy?: "none" | "quarantine" | "reject" | "existing";
  /** Where receivers send DMARC reports. @default - nowhere */
  readonly dmarcReportsTo?: string;
}
