import { LOWERED_TTL_SECONDS } from "../lib/global/dns-record";
import type { PlannedRecord } from "../lib/global/dns-records";
import type { Edge } from "../lib/global/edge";
import { mailRecordSets } from "../lib/global/mail-records";
import type { PartOf } from "../lib/manifest";
import type { WorkloadEdge } from "../lib/workload/edge";
import type { CutoverGround } from "./cutover-ground";
import { originName, writerName } from "./names";
import { isInZone } from "./public-zone";
import type { StandbyRegion } from "./region-half";

type WriterNames = PartOf<"cutover">["writerNames"];

/** How long resolvers may keep a certificate's proof; nobody waits for it twice. */
const PROOF_TTL_SECONDS = 300;
const KNOWN_LATER = "<known after apply>";

/** Every record that a relocation needs, whoever makes it, by phase. */
export function plannedRecords(
  ground: CutoverGround,
  edge: Edge | undefined,
  writerNames: WriterNames,
): PlannedRecord[] {
  const { relocation, source, target } = ground;
  const { workload } = relocation;
  const sides = [...(source ? [source] : []), target];
  return [
    ...(workload.edge && edge
      ? [
          ...sides.flatMap(({ region, side }) =>
            originRecords(workload.edge!, region, side.originCertificateArn === undefined),
          ),
          ...publicRecords(workload.edge, edge),
        ]
      : []),
    ...mailRecords(
      ground,
      sides.map(({ region }) => region),
    ),
    ...Object.entries(writerNames).map(([database, { ttlSeconds }]) => ({
      name: writerName(workload.name, database),
      type: "CNAME" as const,
      values: [KNOWN_LATER],
      ttlSeconds,
      phase: "cutover" as const,
      madeBy: "terraform" as const,
      note: `leads to the writer of ${database}, inside of both networks only; the cutover changes it`,
    })),
  ];
}

const makerOf = (name: string, { zone }: WorkloadEdge) =>
  zone !== undefined && isInZone(name, zone) ? ("terraform" as const) : ("hand" as const);

function originRecords(
  edge: WorkloadEdge,
  { region, loadBalancer }: StandbyRegion,
  proven: boolean,
): PlannedRecord[] {
  const name = originName(region, edge.publicName);
  const madeBy = makerOf(name, edge);
  const common = { phase: "standby" as const, madeBy };
  return [
    {
      ...common,
      name,
      type: madeBy === "terraform" ? "A" : "CNAME",
      values: [loadBalancer!.dnsName],
      ttlSeconds: madeBy === "terraform" ? undefined : LOWERED_TTL_SECONDS,
      note: `the load balancer in ${region}, as the edge calls it`,
    },
    ...(proven ? [proof(name, common)] : []),
  ];
}

function publicRecords(edge: WorkloadEdge, { domainName }: Edge): PlannedRecord[] {
  const { publicName: name, ttlSeconds } = edge;
  const madeBy = makerOf(name, edge);
  const common = {
    name,
    values: [domainName],
    phase: "cutover" as const,
    madeBy,
    note: "the public name; the cutover changes who answers behind it",
  };
  const proofs = edge.certificateArn === undefined ? [proof(name, common)] : [];
  if (madeBy === "terraform" && ttlSeconds === undefined) {
    return [{ ...common, type: "A" }, { ...common, type: "AAAA" }, ...proofs];
  }
  const ttl = ttlSeconds ?? LOWERED_TTL_SECONDS;
  return [{ ...common, type: "CNAME", ttlSeconds: ttl, lowered: ttl > LOWERED_TTL_SECONDS }, ...proofs];
}

function proof(name: string, { phase, madeBy }: Pick<PlannedRecord, "phase" | "madeBy">): PlannedRecord {
  return {
    phase,
    madeBy,
    name: `_${KNOWN_LATER}.${name}`,
    type: "CNAME",
    values: [KNOWN_LATER],
    ttlSeconds: PROOF_TTL_SECONDS,
    note: `proves to ACM that ${name} is ours, at every renewal`,
  };
}

function mailRecords({ relocation }: CutoverGround, regions: readonly StandbyRegion[]): PlannedRecord[] {
  const { mail, edge } = relocation.workload;
  if (!mail) return [];
  const identities = regions.flatMap((region) => region.mail ?? []);
  const madeBy = edge ? makerOf(mail.domain, edge) : "hand";
  return Object.entries(mailRecordSets({ ...mail, identities })).map(([id, record]) => ({
    ...record,
    phase: "standby",
    madeBy,
    note: `mail from ${regions.find(({ region }) => id.startsWith(region))?.region ?? "either region"}`,
  }));
}
