import { createSocket } from "node:dgram";
import { randomInt } from "node:crypto";
import { Resolver } from "node:dns/promises";

/** No answer by then counts as none, in milliseconds. */
const PATIENCE = 2_000;
/** Resolvers that anybody may ask: what the world sees. */
const PUBLIC_RESOLVERS = ["1.1.1.1", "8.8.8.8"];

/** For how long a name may be kept, as one server says. */
export interface TtlSighting {
  readonly server: string;
  /** @default - it did not answer, or has no such name */
  readonly seconds?: number;
}

/** How long a public name is kept by whoever has asked for it. */
export interface NameTtl {
  readonly name: string;
  /** As the servers of its own zone say: what everybody is told from now on. */
  readonly zone: readonly TtlSighting[];
  /** What is left of it at resolvers: those of this machine, and public ones. */
  readonly resolvers: readonly TtlSighting[];
}

/**
 * Asks for the TTL of a public name: of the zone's own servers, wherever it is hosted, and of resolvers (B1). Asked by
 * DNS, so it needs no permission; from a network whose rules let only its own resolver through, the others do not answer.
 *
 * @param servers to ask instead of those that are found, as `address` or `address:port`
 */
export async function readTtl(
  name: string,
  servers?: { readonly zone: readonly string[]; readonly resolvers: readonly string[] },
): Promise<NameTtl> {
  // A name without a dot stands in no public zone.
  const found = name.includes(".") ? [...new Resolver().getServers(), ...PUBLIC_RESOLVERS] : [];
  const { zone, resolvers } = servers ?? { zone: await zoneServers(name), resolvers: found };
  const ask = (all: readonly string[]) =>
    Promise.all([...new Set(all)].map(async (server) => ({ server, seconds: await ttlAt(server, name) })));
  const [atZone, atResolvers] = await Promise.all([ask(zone), ask(resolvers)]);
  return { name, zone: atZone, resolvers: atResolvers };
}

/** Addresses of the servers of the zone that a name stands in; empty when none can be found. */
async function zoneServers(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 1 });
  const labels = name.split(".");
  for (let from = 0; from < labels.length - 1; from++) {
    const hosts = await resolver.resolveNs(labels.slice(from).join(".")).catch(() => []);
    if (hosts.length === 0) continue;
    const addresses = await Promise.all(
      hosts.slice(0, 2).map((host) => resolver.resolve4(host).catch(() => [])),
    );
    return addresses.flatMap(([first]) => first ?? []);
  }
  return [];
}

/** How long a name's record may be kept, in seconds, as a server tells it. @returns undefined when there is no answer */
export function ttlAt(server: string, name: string): Promise<number | undefined> {
  const [, address = server, port = "53"] = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(server) ?? [];
  return new Promise((resolve) => {
    const id = randomInt(2 ** 16);
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    const end = (ttl?: number) => {
      clearTimeout(timer);
      socket.close();
      resolve(ttl);
    };
    const timer = setTimeout(end, PATIENCE);
    socket.on("error", () => end());
    socket.on("message", (message) => {
      if (message.length > 12 && message.readUInt16BE(0) === id) end(firstTtl(message));
    });
    socket.send(question(id, name), Number(port), address);
  });
}

/** RFC 1035, 4.1: header with "recursion desired", one question for A. */
function question(id: number, name: string): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  const labels = name
    .replace(/\.$/, "")
    .split(".")
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "ascii")]));
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}

/** The TTL of the first answer: the name's own record, a CNAME's before that of what it leads to. Pure. */
export function firstTtl(message: Buffer): number | undefined {
  const answers = message.readUInt16BE(6);
  if (answers === 0) return undefined;
  let at = skipName(message, 12) + 4;
  at = skipName(message, at);
  return at + 8 <= message.length ? message.readUInt32BE(at + 4) : undefined;
}

/** Labels, each with its length, up to an empty one or a pointer of two bytes (RFC 1035, 4.1.4). */
function skipName(message: Buffer, from: number): number {
  let at = from;
  while (at < message.length) {
    const length = message[at] as number;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += length + 1;
  }
  return at;
}
