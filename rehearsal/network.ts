import type { Place, VpcPlace } from "./place";

export interface Network {
  /** Latency between two regions, one way, in milliseconds. */
  readonly latencyMs: number;
  /** Puts something with a DNS name into the network; `ports` maps the port it is known by to its local one. */
  register(host: string, place: VpcPlace, ports: Readonly<Record<number, number>>): void;
  /** Follows the Route 53 records in state to the name of something registered. */
  resolve(host: string): string;
  /**
   * Where a client at `from` connects to on this machine to reach `host`.
   *
   * @throws UnreachableError with every reason, when AWS would not let the packets through
   */
  reach(from: Place, host: string, port: number): Promise<{ readonly host: "127.0.0.1"; readonly port: number }>;
  close(): Promise<void>;
}
