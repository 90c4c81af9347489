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
const connect = net.Socket.prototype.connect;

function systemError(code: string, host: string, port: number): Error {
  return Object.assign(new Error(`connect ${code} ${host}:${port}`), { code, syscall: "connect", address: host, port });
}

type ConnectArguments = Parameters<typeof connect>;
type TcpTarget = { host?: string; port: number };

/** `connect` takes its target in three forms, and `net.connect` hands it an array of what it was given itself. */
function targetOf(given: unknown[]): TcpTarget | undefined {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (typeof first === "object" && first !== null && "port" in first) return first as TcpTarget;
  const port = Number(first);
  if (first === null || first === undefined || Number.isNaN(port)) return undefined;
  return { port, host: typeof second === "string" ? second : undefined };
}

net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
  const target = targetOf(given);
  const host = target?.host ?? "localhost";
  if (!target || LOOPBACK.has(host)) return connect.apply(this, given as unknown as ConnectArguments);
  const callback = [...given, ...(Array.isArray(given[0]) ? (given[0] as unknown[]) : [])].find(
    (one) => typeof one === "function",
  ) as (() => void) | undefined;
  const route = routes[`${host.toLowerCase()}:${target.port}`];
  // Dropped on the way: no answer, until the caller's own limit.
  if (route === null) return this;
  if (route !== undefined) {
    return connect.apply(this, [{ host: "127.0.0.1", port: route }, callback] as unknown as ConnectArguments);
  }
  process.nextTick(() => this.destroy(systemError("ENOTFOUND", host, Number(target.port))));
  return this;
} as typeof connect;

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (this: net.Server, ...given: unknown[]) {
  const target = targetOf(given);
  if (!target) return listen.apply(this, given as unknown as Parameters<typeof listen>);
  const callback = given.find((one) => typeof one === "function") as (() => void) | undefined;
  this.once("listening", () => {
    const message: ListeningMessage = {
      containerPort: Number(target.port),
      localPort: (this.address() as net.AddressInfo).port,
    };
    process.send?.(message);
  });
  return listen.call(this, 0, "127.0.0.1", callback);
} as typeof listen;
