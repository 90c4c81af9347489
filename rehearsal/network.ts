import { type Forwarder, openForwarder } from "./forwarder";
import { readNames } from "./names";
import type { Place, VpcPlace } from "./place";
import { obstacles } from "./reachability";
import type { States } from "./state";
import { readTopology } from "./topology";

/** A name that stands for something, as DNS and TCP see it. */
export interface Endpoint {
  readonly host: string;
  readonly place: VpcPlace;
  /** Local port by the port it is known by. */
  readonly ports: Readonly<Record<number, number>>;
}

/** What the applied state makes of the networks, over this machine's loopback. */
export interface Network {
  /** Latency between two regions, one way, in milliseconds. */
  readonly latencyMs: number;
  readonly endpoints: readonly Endpoint[];
  /** Puts something with a DNS name into the network. */
  register(endpoint: Endpoint): void;
  /** Follows the Route 53 records in state to what is registered; undefined when the name stands for nothing. */
  resolve(host: string): Endpoint | undefined;
  /**
   * Where a client at `from` connects to on this machine to reach `host`: the port itself within a region, a forwarder
   * with the latency of the way between regions.
   *
   * @throws UnreachableError with every reason, when AWS would not let the packets through
   */
  reach(
    from: Place,
    host: string,
    port: number,
  ): Promise<{ readonly host: "127.0.0.1"; readonly port: number }>;
  /** Why packets would not get there; empty when they would. For what has no name, such as a task. */
  obstacles(from: Place, to: VpcPlace, port: number): string[];
  /** Closes every forwarder. */
  close(): Promise<void>;
}

/** AWS would drop these packets: a client there waits until its own timeout. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  constructor(
    what: string,
    /** Each with the Terraform address at fault, or what is missing. */
    readonly reasons: readonly string[],
  ) {
    super([`${what} would get no answer:`, ...reasons.map((reason) => `  ${reason}`)].join("\n"));
  }
}

/** @param latencyMs between two regions, one way, in milliseconds */
export function openNetwork(states: States, latencyMs: number): Network {
  const topology = readTopology(states);
  const follow = readNames(states);
  const endpoints = new Map<string, Endpoint>();
  /** One for each pair of region and destination. */
  const forwarders = new Map<string, Promise<Forwarder>>();

  function forward(region: string, local: number): Promise<Forwarder> {
    const pair = `${region} ${local}`;
    const opened = forwarders.get(pair) ?? openForwarder(local, latencyMs);
    forwarders.set(pair, opened);
    return opened;
  }

  const resolve = (host: string) => endpoints.get(follow(host));
  return {
    latencyMs,
    get endpoints() {
      return [...endpoints.values()];
    },
    register: (endpoint) => endpoints.set(follow(endpoint.host), endpoint),
    resolve,
    obstacles: (from, to, port) => obstacles(topology, from, to, port),
    async reach(from, host, port) {
      const what = `a connection from ${from.label} to ${host}:${port}`;
      const endpoint = resolve(host);
      if (!endpoint)
        throw new UnreachableError(what, [`${host} is no name of anything in the applied state`]);
      const local = endpoint.ports[port];
      const reasons =
        local === undefined
          ? [`${endpoint.place.label} listens on ${Object.keys(endpoint.ports).join(", ")}, not on ${port}`]
          : obstacles(topology, from, endpoint.place, port);
      if (local === undefined || reasons.length > 0) throw new UnreachableError(what, reasons);
      if (from.region === endpoint.place.region) return { host: "127.0.0.1", port: local };
      return { host: "127.0.0.1", port: (await forward(from.region, local)).port };
    },
    async close() {
      const opened = await Promise.all(forwarders.values());
      await Promise.all(opened.map((forwarder) => forwarder.close()));
    },
  };
}
