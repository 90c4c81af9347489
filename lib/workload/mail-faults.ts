import { isHostName } from "../host-name";
import { fault, fits, unless } from "./fault";
import type { Workload } from "./workload";

const POLICIES = ["none", "quarantine", "reject", "existing"];

/** @returns what is wrong with the mail of a workload, and with services that send mail without one */
export function mailFaults({ mail, services }: Workload): string[] {
  if (!mail) {
    return Object.entries(services)
      .filter(([, { sendsMail }]) => sendsMail)
      .map(([name]) =>
        fault(
          `services.${name}.sendsMail`,
          "true",
          "a workload with a mail domain",
          'give the workload "mail" with its domain, or leave "sendsMail" out',
        ),
      );
  }
  const { domain, dmarcPolicy = "none", dmarcReportsTo } = mail;
  return [
    ...unless(
      isHostName(domain),
      fault("mail.domain", `"${domain}"`, "a host name in lower case", "write it such as example.com"),
    ),
    ...unless(
      POLICIES.includes(dmarcPolicy),
      fault(
        "mail.dmarcPolicy",
        `"${dmarcPolicy}"`,
        `one of ${POLICIES.join(", ")}`,
        'begin with "none", which only reports',
      ),
    ),
    ...unless(
      fits(/^[^\s@,;!"]+@[^\s@,;!"]+\.[^\s@,;!"]+$/, dmarcReportsTo),
      fault(
        "mail.dmarcReportsTo",
        `"${dmarcReportsTo}"`,
        "one mail address",
        "write it such as dmarc@example.com",
      ),
    ),
  ];
}
