/** The public API: what is exported here changes by semantic versioning, nothing else does. */
export { AbortedRelocation, Relocation } from "../stacks/relocation";
export type { RelocationProps, RelocationRegion } from "../stacks/relocation";
export type { CacheEngine, CacheStrategy, WorkloadCache } from "./workload/cache";
export type {
  DatabaseEngine,
  DatabaseStrategy,
  WorkloadDatabase,
  WriterDiscovery,
} from "./workload/database";
export type { WorkloadEdge } from "./workload/edge";
export type { WorkloadMail } from "./workload/mail";
export type { WorkloadSchedule } from "./workload/schedule";
export type {
  RegistryImage,
  WorkloadOneOff,
  WorkloadService,
  WorkloadWeb,
  WorkloadWorker,
} from "./workload/service";
export type { ByName, Workload } from "./workload/workload";
export { workloadFaults } from "./workload/workload-faults";

export { GlobalScope, type GlobalScopeProps } from "./scope/global-scope";
export { RegionScope, type RegionScopeProps } from "./scope/region-scope";

export { Alias, type AliasProps } from "./global/alias";
export { Certificate, type CertificateProps } from "./global/certificate";
export { Edge, type EdgeFlip, type EdgeOrigin, type EdgeProps } from "./global/edge";
export { EdgeAccess, type EdgeAccessProps } from "./global/edge-access";
export { ReplicationRole, type ReplicationRoleProps } from "./global/replication-role";
export { RunnerRoles, type RunnerRolesProps } from "./global/runner-roles";
export { ServiceRoles, type ServiceRolesProps } from "./global/service-roles";
export { ValidationRecord, type ValidationRecordProps } from "./global/validation-record";

export { Bucket, type BucketProps, type IBucket } from "./regional/bucket";
export {
  Database,
  type DatabaseProps,
  type ExistingDatabaseProps,
  type IDatabase,
} from "./regional/database";
export { DatabaseCredentials, type DatabaseCredentialsProps } from "./regional/database-credentials";
export { Network, type INetwork, type NetworkProps } from "./regional/network";
export { OriginCertificate, type OriginCertificateProps } from "./regional/origin-certificate";
export {
  LoadBalancer,
  type ExistingLoadBalancerProps,
  type ILoadBalancer,
  type LoadBalancerProps,
} from "./regional/load-balancer";
export { OneOff, type IOneOff, type OneOffProps } from "./regional/one-off";
export type { Opening, Openings } from "./regional/openings";
export { Service, type ExistingServiceProps, type IService, type ServiceProps } from "./regional/service";
export type { TaskProps } from "./regional/task-ground";
export { Worker, type WorkerProps } from "./regional/worker";

export { linkBuckets, type BucketEnd } from "./link/bucket-link";
export { linkDatabases, type DatabaseEnd } from "./link/database-link";
export { JournalTable, type JournalTableProps } from "./link/journal-table";
export { LagAlarms, type LagAlarmsProps } from "./link/lag-alarms";
export type { LinkEnd } from "./link/link-end";
export { peerNetworks, type NetworkEnd, type NetworkPeering } from "./link/network-peering";
export { Runner, type RunnerProps } from "./link/runner";

export { ArchiveBucket, type ArchiveBucketProps } from "./retirement/archive-bucket";
export { finalSnapshot, type FinalSnapshotProps } from "./retirement/final-snapshot";
export { LateTraffic, type LateTrafficProps } from "./retirement/late-traffic";

export { MANIFEST_OUTPUT, MANIFEST_VERSION, manifestPart, parseManifestPart } from "./manifest";
export type { ManifestDatabase, ManifestEdge, ManifestPart, PartOf, Phase } from "./manifest";
