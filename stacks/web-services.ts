import type { Workload } from "../lib/workload/workload";

/** Names of the services that answer requests. */
export function webServices({ services }: Workload): string[] {
  return Object.keys(services).filter((name) => (services[name]!.kind ?? "web") === "web");
}
