/**
 * Loaded by `node -r` before an application that believes it is in its container: names lead where the local network
 * says, and the port it listens on is a free one of this machine. Patches `node:net` alone, which HTTP, TLS and the
 * database drivers stand on.
 */
import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import net from "node:net";
import { CONTAINER_VARIABLE, type ContainerNetwork, type ListeningMessage } from "./container-network";

const file = process.env[CONTAINER_VARIABLE];
if (!file) throw new Error(`${CONTAINER_VARIABLE} is not set: only the rehearsal loads this file`);
// The application sees what its task definition says, no more.
delete process.env[CONTAINER_VARIABLE];
const { routes, aliases } = JSON.parse(readFileSync(file, "utf8")) as ContainerNetwork;
const resolver = new Resolver({ timeout: 1_000, tries: 2 });
if (aliases) resolver.setServers([aliases.resolver]);
/** Which instance of a name comes next, so that connections spread over them. */
const turns = new Map<string, number>();

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
/** Both as they are before this file changes them. */
type Connect = (this: net.Socket, ...given: unknown[]) => net.Socket;
type Listen = (this: net.Server, ...given: unknown[]) => net.Server;
const connect = Reflect.get(net.Socket.prototype, "connect") as Connect;
const listen = Reflect.get(net.Server.prototype, "listen") as Listen;

function systemError(code: string, host: string, port: number): Error {
  return Object.assign(new Error(`connect ${code} ${host}:${port}`), {
    code,
    syscall: "connect",
    address: host,
    port,
  });
}

type Callback = () => void;
interface TcpCall {
  readonly options: { readonly host?: string; readonly port: number };
  readonly callback?: Callback;
}

/** `connect` and `listen` take a port in two forms, and `net.connect` hands on the array of what it was given itself. */
function tcpCall(given: unknown[]): TcpCall | undefined {
  const all = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  const [first, second] = all;
  const callback = all.find((one): one is Callback => typeof one === "function");
  if (typeof first === "object" && first !== null && "port" in first) {
    return { options: { ...first, port: Number(first.port) }, callback };
  }
  if (first === undefined || first === null || Number.isNaN(Number(first))) return undefined;
  return {
    options: { port: Number(first), host: typeof second === "string" ? second : undefined },
    callback,
  };
}

/** Leads a connection where the network says that the name stands now. */
function lead(socket: net.Socket, host: string, { options, callback }: TcpCall): net.Socket {
  const name = `${host}:${options.port}`;
  const ports = routes[name];
  // Dropped on the way: no answer, until the caller's own limit.
  if (ports === null) return socket;
  if (ports === undefined) {
    process.nextTick(() => socket.destroy(systemError("ENOTFOUND", host, options.port)));
    return socket;
  }
  const turn = turns.get(name) ?? Math.floor(Math.random() * ports.length);
  turns.set(name, turn + 1);
  return connect.call(socket, { ...options, host: "127.0.0.1", port: ports[turn % ports.length] }, callback);
}

net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
  const call = tcpCall(given);
  const host = (call?.options.host ?? "localhost").toLowerCase();
  if (!call || LOOPBACK.has(host)) return connect.apply(this, given);
  if (!aliases?.names.includes(host)) return lead(this, host, call);
  resolver.resolveCname(host).then(
    ([alias = ""]) => void (this.destroyed || lead(this, alias.toLowerCase(), call)),
    () => this.destroy(systemError("EAI_AGAIN", host, call.options.port)),
  );
  return this;
};

net.Server.prototype.listen = function (this: net.Server, ...given: unknown[]) {
  const call = tcpCall(given);
  if (!call) return listen.apply(this, given);
  this.once("listening", () => {
    const message: ListeningMessage = {
      containerPort: call.options.port,
      localPort: (this.address() as net.AddressInfo).port,
    };
    process.send?.(message);
  });
  return listen.call(this, { host: "127.0.0.1", port: 0 }, call.callback);
} as Listen as typeof net.Server.prototype.listen;
