import { MailRecords } from "../lib/global/mail-records";
import type { Workload } from "../lib/workload/workload";
import { isInZone } from "./public-zone";
import type { SharedParts, StandbyRegion } from "./region-half";

/** The regions' signatures stand in DNS side by side, long before the target sends anything (B5). */
export function mailRecords(
  { global, zoneId }: SharedParts,
  { mail, edge }: Workload,
  sides: readonly StandbyRegion[],
): void {
  if (!mail || zoneId === undefined || !isInZone(mail.domain, edge!.zone!)) return;
  new MailRecords(global, "mail-records", {
    ...mail,
    zoneId,
    identities: sides.map((side) => side.mail!),
  });
}
