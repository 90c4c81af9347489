import { MailAlarms } from "../lib/regional/mail-alarms";
import { MailIdentity, type IMailIdentity } from "../lib/regional/mail-identity";
import type { RegionGround } from "./region-ground";

/** One region's right to send the workload's mail. */
export function regionMail(ground: RegionGround): IMailIdentity | undefined {
  const { scope, workload, existing, side } = ground;
  if (!workload.mail) return undefined;
  if (existing.mail) return existing.mail;
  const { domain } = workload.mail;
  new MailAlarms(scope, "mail-alarms", { name: workload.name, notify: side.notify });
  return new MailIdentity(scope, "mail", {
    domain,
    // Each region has a name for bounces of its own, so that both can stand in DNS side by side.
    mailFrom: `mail-${scope.region}.${domain}`,
    importId: side.adopt?.mail ? domain : undefined,
  });
}
