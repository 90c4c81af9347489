export * from "./manifest";
export { workloadFaults } from "./workload";
export type { Workload, WorkloadDatabase, WorkloadEdge, WorkloadService } from "./workload";
export { Relocation } from "../stacks/relocation";
export type { RelocationProps, RelocationRegion } from "../stacks/relocation";
