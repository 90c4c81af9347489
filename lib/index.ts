/** The public API: what is exported here changes by semantic versioning, nothing else does. */
export { AbortedRelocation, CompletedRelocation, Relocation } from "../stacks/relocation";
export type { RelocationBackend, RelocationProps, RelocationRegion } from "../stacks/relocation-props";
export type { AdoptedModules } from "../stacks/adopted-modules";
export type { DescribeExisting, ExistingModules } from "../stacks/existing-modules";
export type { CacheEngine, CacheStrategy, WorkloadCache } from "./workload/cache";
export type {
  DatabaseEngine,
  DatabaseStrategy,
  ServerAuthorities,
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
export type { ScopeProviderProps } from "./scope/scope-provider";

export { Alias, type AliasProps } from "./global/alias";
export { BatchReplicationRole, type BatchReplicationRoleProps } from "./global/batch-role";
export { BackupRole, type BackupRoleProps } from "./global/backup-role";
export { CachePolicy, type CachePolicyProps } from "./global/cache-policy";
export { Certificate, type CertificateProps } from "./global/certificate";
export { CompletionAccess, type CompletionAccessProps } from "./global/completion-access";
export { DnsRecord, type DnsRecordProps, type RecordSet } from "./global/dns-record";
export {
  dnsPlan,
  recordsByHand,
  writeDnsPlan,
  type PlannedRecord,
  type RecordByHand,
} from "./global/dns-records";
export { Edge, type EdgeFlip, type EdgeOrigin, type EdgeProps } from "./global/edge";
export { EdgeAccess, type EdgeAccessProps } from "./global/edge-access";
export { GateAccess, type GateAccessProps } from "./global/gate-access";
export { FlowLogRole, type FlowLogRoleProps } from "./global/flow-log-role";
export {
  MailRecords,
  mailRecordSets,
  type MailRecordSetsProps,
  type MailRecordsProps,
} from "./global/mail-records";
export { PoolerRoles, type PoolerRolesProps } from "./global/pooler-roles";
export { ReplicationRole, type ReplicationRoleProps } from "./global/replication-role";
export { ResponseHeaders, type ResponseHeadersProps } from "./global/response-headers";
export { RunnerRoles, type RunnerRolesProps } from "./global/runner-roles";
export type { RunnerReach } from "./global/runner-statements";
export { SchedulerRole, type SchedulerRoleProps } from "./global/scheduler-role";
export { ServiceRoles, type ServiceRolesProps } from "./global/service-roles";
export { ValidationRecord, type ValidationRecordProps } from "./global/validation-record";
export { WriterName, type WriterNameProps } from "./global/writer-name";

export { Bucket, type BucketProps, type ExistingBucketProps, type IBucket } from "./regional/bucket";
export { Cache, type CacheProps, type ExistingCacheProps, type ICache } from "./regional/cache";
export { CacheAlarms, type CacheAlarmsProps } from "./regional/cache-alarms";
export {
  Database,
  type DatabaseProps,
  type ExistingDatabaseProps,
  type IDatabase,
} from "./regional/database";
export { DatabaseAlarms, type DatabaseAlarmsProps } from "./regional/database-alarms";
export {
  type AuroraEngine,
  DatabaseCluster,
  type DatabaseClusterProps,
  type ExistingDatabaseClusterProps,
} from "./regional/database-cluster";
export {
  DatabaseCredentials,
  type DatabaseCredentialsProps,
  type ExistingDatabaseCredentialsProps,
} from "./regional/database-credentials";
export type { CommonDatabaseProps, OperatorPassword } from "./regional/database-props";
export { FlowLogs, type FlowLogsProps } from "./regional/flow-logs";
export { Key, type ExistingKeyProps, type IKey, type KeyProps } from "./regional/key";
export { KeyReplica, type KeyReplicaProps } from "./regional/key-replica";
export { MailAlarms, type MailAlarmsProps } from "./regional/mail-alarms";
export {
  MailIdentity,
  type ExistingMailIdentityProps,
  type IMailIdentity,
  type MailIdentityProps,
} from "./regional/mail-identity";
export {
  Network,
  type ExistingNetworkProps,
  type INetwork,
  type NetworkImportIds,
  type NetworkProps,
  type ZoneImportIds,
} from "./regional/network";
export { OriginCertificate, type OriginCertificateProps } from "./regional/origin-certificate";
export {
  LoadBalancer,
  type ExistingLoadBalancerProps,
  type ILoadBalancer,
  type LoadBalancerImportIds,
  type LoadBalancerProps,
} from "./regional/load-balancer";
export { OneOff, type IOneOff, type OneOffProps } from "./regional/one-off";
export type { Opening, Openings } from "./regional/openings";
export { Queue, type ExistingQueueProps, type IQueue, type QueueProps } from "./regional/queue";
export { QueueAlarms, type QueueAlarmsProps } from "./regional/queue-alarms";
export {
  Registry,
  type ExistingRegistryProps,
  type IRegistry,
  type RegistryProps,
} from "./regional/registry";
export { RandomSecret, type ISecretSource, type RandomSecretProps } from "./regional/random-secret";
export { Secret, type ExistingSecretProps, type ISecret, type SecretProps } from "./regional/secret";
export type { ContainerProps } from "./regional/container";
export { Pooler, type IPooler, type PoolerProps } from "./regional/pooler";
export { poolerAddress, POOLER_ADMINISTRATOR, POOLER_PORT } from "./regional/pooler-settings";
export type { PoolerTaskProps } from "./regional/pooler-task";
export {
  Schedule,
  type ExistingScheduleProps,
  type ISchedule,
  type ScheduleProps,
} from "./regional/schedule";
export { Service, type ExistingServiceProps, type IService, type ServiceProps } from "./regional/service";
export { ServiceAlarms, type ServiceAlarmsProps } from "./regional/service-alarms";
export type { TaskProps } from "./regional/task-ground";
export { Worker, type WorkerProps } from "./regional/worker";

export {
  batchReplicationJob,
  type BatchReplicationJob,
  type BatchReplicationJobProps,
} from "./link/bucket-batch";
export { linkBuckets, type BucketEnd } from "./link/bucket-link";
export { bucketLinkAlarms, type BucketLinkAlarmsProps } from "./link/bucket-link-alarms";
export { Completion, completionParameter, type CompletionProps } from "./link/completion";
export { Dashboard, type DashboardProps } from "./link/dashboard";
export {
  dashboardWidgets,
  type DashboardMetric,
  type DashboardSide,
  type Widget,
} from "./link/dashboard-widgets";
export { linkDatabases, type DatabaseEnd } from "./link/database-link";
export { GlobalCluster, type GlobalClusterProps } from "./link/global-cluster";
export { GlobalDatastore, type GlobalDatastoreProps } from "./link/global-datastore";
export { JournalTable, type JournalTableProps } from "./link/journal-table";
export { LagAlarms, type LagAlarmsProps } from "./link/lag-alarms";
export type { LinkEnd } from "./link/link-end";
export { peerNetworks, type NetworkEnd, type NetworkPeering } from "./link/network-peering";
export { linkRegistries } from "./link/registry-link";
export { Runner, type RunnerProps } from "./link/runner";
export { WorkerGate, type WorkerGateProps } from "./link/worker-gate";
export { WriterParameter, type WriterParameterProps } from "./link/writer-parameter";

export { ArchiveBucket, type ArchiveBucketProps } from "./retirement/archive-bucket";
export {
  BackupVault,
  type BackupLock,
  type BackupVaultProps,
  type IBackupVault,
} from "./retirement/backup-vault";
export { CrossRegionBackup, type CrossRegionBackupProps } from "./retirement/cross-region-backup";
export { FinalBackup, finalBackupParameter, type FinalBackupProps } from "./retirement/final-backup";
export { finalSnapshot, type FinalSnapshotProps } from "./retirement/final-snapshot";
export { LateTraffic, type LateTrafficProps } from "./retirement/late-traffic";
export {
  retirementGuard,
  type RetirementGuardProps,
  type RetirementProof,
} from "./retirement/retirement-guard";

export { MANIFEST_OUTPUT, MANIFEST_VERSION, manifestPart, parseManifestPart } from "./manifest";
export type { ManifestDatabase, ManifestEdge, ManifestPart, PartOf, Phase } from "./manifest";
export { suppressReview, type ReviewSuppression } from "./review-suppression";
