/**
 * Loaded by `node -r` before an application that believes it is in its container: names lead where the local network
 * says, and the port it listens on is a free one of this machine. Patches `node:net` alone, which HTTP, TLS and the
 * database drivers stand on.
 */
import { readFileSync } from "node:fs";
import net from "node:net";
import { CONTAINER_VARIABLE, type ContainerNetwork, type ListeningMessage } from "./container-network";

const file = process.env[CONTAINER_VARIABLE];
if (!file) throw new Error(`${CONTAINER_VARIABLE} is not set: only the rehearsal loads this file`);
// The application sees what its task definition says, no more.
delete process.env[CONTAINER_VARIABLE];
const { routes } = JSON.parse(readFileSync(file, "utf8")) as ContainerNetwork;

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

net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
  const call = tcpCall(given);
  const host = call?.options.host ?? "localhost";
  if (!call || LOOPBACK.has(host)) return connect.apply(this, given);
  const { options, callback } = call;
  const route = routes[`${host.toLowerCase()}:${options.port}`];
  // Dropped on the way: no answer, until the caller's own limit.
  if (route === null) return this;
  if (route === undefined) {
    process.nextTick(() => this.destroy(systemError("ENOTFOUND", host, options.port)));
    return this;
  }
  return connect.call(this, { ...options, host: "127.0.0.1", port: route }, callback);
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
