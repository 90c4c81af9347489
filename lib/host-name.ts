/** Whether a text is a host name in lower case with at least one dot, as DNS and certificates take it. */
export function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    text.includes(".") &&
    text.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
  );
}

/** Longest name a certificate can be made out to. Source: ACM API reference, RequestCertificate, DomainName. */
export const LONGEST_CERTIFICATE_NAME = 64;
