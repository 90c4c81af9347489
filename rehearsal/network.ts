import { type Forwarder, openForwarder } from "./forwarder";
import { readNames } from "./names";
import { isPublic, type Place, type VpcPlace } from "./place";
import { obstacles } from "./reachability";
import type { States } from "./state";
import { readTopology } from "./topology";

/** A name that stands for something, as DNS and TCP see it. Several of one name are instances of the same thing. */
export interface Endpoint {
  readonly host: string;
  readonly place: VpcPlace;
  /** The name is known in the VPC of its place alone. @default false */
  readonly isPrivate?: boolean;
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
  /** Follows the Route 53 records in state to what is registered; undefined when the name stands for nothing there. */
  resolve(host: string, from: Place): Endpoint | undefined;
  /**
   * Where a client at `from` connects to on this machine to reach `host`: the port itself within a region, a forwarder
   * with the latency of the way between regions.
   *
   * @throws UnreachableError with every reason, when AWS would not let the packets through
   */
  reach(from: Place, host: string, port: number): Promise<Way>;
  /**
   * The same for what has no name, such as a task.
   *
   * @param localPort where it listens on this machine
   * @throws UnreachableError with every reason, when AWS would not let the packets through
   */
  reachTask(from: Place, to: VpcPlace, port: number, localPort: number): Promise<Way>;
  /** Why packets would not get there; empty when they would. */
  obstacles(from: Place, to: VpcPlace, port: number): string[];
  /** Closes every forwarder. */
  close(): Promise<void>;
}

/** Where to connect to on this machine. */
export interface Way {
  readonly host: "127.0.0.1";
  readonly port: number;
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
  const endpoints: Endpoint[] = [];
  /** One for each pair of region and destination. */
  const forwarders = new Map<string, Promise<Forwarder>>();

  function forward(region: string, local: number): Promise<Forwarder> {
    const pair = `${region} ${local}`;
    const opened = forwarders.get(pair) ?? openForwarder(local, latencyMs);
    forwarders.set(pair, opened);
    return opened;
  }

  const resolve = (host: string, from: Place) => {
    const name = follow(host);
    return endpoints.find((one) => follow(one.host) === name && isKnownTo(from, one));
  };
  const go = async (what: string, from: Place, to: VpcPlace, port: number, local: number): Promise<Way> => {
    const reasons = obstacles(topology, from, to, port);
    if (reasons.length > 0) throw new UnreachableError(what, reasons);
    return {
      host: "127.0.0.1",
      port: from.region === to.region ? local : (await forward(from.region, local)).port,
    };
  };
  return {
    latencyMs,
    endpoints,
    register: (endpoint) => void endpoints.push(endpoint),
    resolve,
    obstacles: (from, to, port) => obstacles(topology, from, to, port),
    async reach(from, host, port) {
      const what = `a connection from ${from.label} to ${host}:${port}`;
      const endpoint = resolve(host, from);
      if (!endpoint)
        throw new UnreachableError(what, [`${host} is no name of anything in the applied state`]);
      const { place, ports } = endpoint;
      const local = ports[port];
      if (local === undefined) {
        const known = Object.keys(ports).join(", ");
        throw new UnreachableError(what, [`${place.label} listens on ${known}, not on ${port}`]);
      }
      return go(what, from, place, port, local);
    },
    reachTask: (from, to, port, local) =>
      go(`a connection from ${from.label} to ${to.label} on port ${port}`, from, to, port, local),
    async close() {
      const opened = await Promise.all(forwarders.values());
      await Promise.all(opened.map((forwarder) => forwarder.close()));
    },
  };
}

/** A private name is known in its own VPC alone. */
export const isKnownTo = (from: Place, { isPrivate, place }: Endpoint): boolean =>
  !isPrivate || (!isPublic(from) && from.vpcId === place.vpcId);
