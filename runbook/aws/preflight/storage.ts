import type { ManifestDatabase } from "../../../lib/manifest";
import type { Clients } from "../clients";
import { type Metric, readMetrics } from "../metric";
import type { AwsFinding, AwsLook } from "./finding";

const GIB = 2 ** 30;
/** What `relocate watch` lets a source keep for the target, unless it is told otherwise, in bytes. */
const WATCHED = 20 * GIB;
/** CloudWatch has storage a few minutes late. */
const MINUTES = 30;

/**
 * Whether a source can keep log while its target does not read: it serves until its disk is full. Aurora's storage grows by
 * itself.
 */
export const storageLook = (
  clients: Clients,
  region: string,
  databases: Readonly<Record<string, ManifestDatabase>>,
): AwsLook => ({
  id: "storage",
  title: "The source's databases have room for log that the target has not read",
  async find() {
    const plain = Object.entries(databases).filter(([, { engine }]) => !engine.startsWith("aurora"));
    const metrics = plain.map(([, { source }]): Metric => ({
      namespace: "AWS/RDS",
      name: "FreeStorageSpace",
      dimensions: { DBInstanceIdentifier: source.identifier },
      statistic: "Minimum",
    }));
    const found = await readMetrics(clients.in("cloudWatch", region), metrics, MINUTES);
    return plain.flatMap(([name], index) => storageFindings(name, found[index]?.value));
  },
});

/** @param free bytes, undefined when RDS has reported nothing */
export function storageFindings(name: string, free: number | undefined): AwsFinding[] {
  if (free === undefined) {
    return [
      {
        severity: "note",
        found: `${name}: CloudWatch knows no free storage of the source in the last ${MINUTES} minutes`,
        expected: "a value a minute",
        fix: "see the instance's monitoring, and give relocate watch limits that its disk allows",
      },
    ];
  }
  if (free >= 2 * WATCHED) return [];
  const stop = Math.max(1, Math.floor(free / 2 / GIB));
  return [
    {
      severity: "warns",
      found: `${name}: the source has ${(free / GIB).toFixed(1)} GiB of storage left`,
      expected: `${(2 * WATCHED) / GIB} GiB or more: relocate watch lets it keep ${WATCHED / GIB} GiB of log for the target`,
      fix: `raise its storage, or run: relocate watch --every 30s --warn ${Math.max(512, (stop * 1024) / 4)}MiB --stop ${stop}GiB`,
    },
  ];
}
