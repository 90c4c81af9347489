import { once } from "node:events";
import {
  Agent,
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { type Action, type Listener, readListeners } from "./listener";
import type { VpcPlace } from "./place";
import { absent, resources, type States, texts } from "./state";
import { openTargetGroup, targetGroupShape, type TargetGroup } from "./target-group";
import { locate } from "./vpc-place";

const loadBalancer = z.object({
  arn: z.string(),
  dns_name: z.string(),
  subnets: texts,
  security_groups: texts,
  idle_timeout: absent(z.number()),
});
/**
 * The local twin of one `aws_lb`: plain HTTP on every listener's port. The TLS between CloudFront and the origin is left
 * out here; its certificate is checked by the offline plan alone.
 */
export interface LoadBalancer {
  readonly at: string;
  /** Its `dns_name`. */
  readonly host: string;
  readonly place: VpcPlace;
  /** Local port by listener port. */
  readonly ports: Readonly<Record<number, number>>;
  readonly targetGroups: readonly TargetGroup[];
  close(): Promise<void>;
}

/**
 * Opens every load balancer in state, with no targets yet.
 *
 * @throws Error when a listener or one of its rules leads nowhere
 */
export async function openLoadBalancers(states: States): Promise<LoadBalancer[]> {
  const groups = new Map(
    resources(states, "aws_lb_target_group", targetGroupShape).map((it) => [
      it.values.arn,
      openTargetGroup(it),
    ]),
  );
  const listeners = readListeners(states, groups);
  // All are looked through before the first opens: what throws here has nothing to close.
  const planned = resources(states, "aws_lb", loadBalancer).map(({ at, values }) => {
    const own = listeners.filter((one) => one.loadBalancerArn === values.arn);
    if (own.length === 0) throw new Error(`${at}: no aws_lb_listener in state; nothing would ever reach it`);
    return {
      at,
      host: values.dns_name,
      place: locate(states, at, values.subnets, values.security_groups),
      listeners: own,
      // Seconds in state; the default is the load balancer's own.
      idleTimeout: (values.idle_timeout ?? 60) * 1000,
    };
  });
  return Promise.all(planned.map(openLoadBalancer));
}

interface PlannedLoadBalancer extends Pick<LoadBalancer, "at" | "host" | "place"> {
  readonly listeners: readonly Listener[];
  /** Milliseconds without a byte from a target until it is given up. */
  readonly idleTimeout: number;
}

async function openLoadBalancer({
  listeners,
  idleTimeout,
  ...rest
}: PlannedLoadBalancer): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const servers: Server[] = [];
  const ports: Record<number, number> = {};
  for (const listener of listeners) {
    const server = createServer({ keepAliveTimeout: idleTimeout, noDelay: true }, (request, response) =>
      act(listener.choose(pathOf(request)), request, response, { agent, idleTimeout }),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    ports[listener.port] = (server.address() as AddressInfo).port;
  }
  const targetGroups = [...new Set(listeners.flatMap((listener) => listener.targetGroups))];
  return {
    ...rest,
    ports,
    targetGroups,
    async close() {
      for (const group of targetGroups) group.close();
      agent.destroy();
      const closed = servers.map((server) => once(server, "close"));
      for (const server of servers) server.close().closeAllConnections();
      await Promise.all(closed);
    },
  };
}

interface Passing {
  readonly agent: Agent;
  readonly idleTimeout: number;
}

const pathOf = (request: IncomingMessage) => (request.url ?? "/").split("?")[0]!;

function act(action: Action, request: IncomingMessage, response: ServerResponse, passing: Passing): void {
  if (action.type === "forward") {
    pass(request, response, action.group, passing);
  } else if (action.type === "answer") {
    response.writeHead(action.status, { "content-type": action.contentType }).end(action.body);
  } else {
    const host = action.host.replace("#{host}", request.headers.host ?? "");
    response.writeHead(action.status, { location: `https://${host}${request.url ?? "/"}` }).end();
  }
}

/** Headers that speak of one connection, not of the request (RFC 9110, 7.6.1); node frames the body anew. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"]);

const withoutHops = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

/** Passes one request on, answering like an Application Load Balancer when that fails (its user guide, "HTTP errors"). */
function pass(
  request: IncomingMessage,
  response: ServerResponse,
  group: TargetGroup,
  { agent, idleTimeout }: Passing,
) {
  const target = group.choose();
  if (!target) {
    refuse(response, 503);
    return;
  }
  target.outstanding++;
  const onward = send({
    host: "127.0.0.1",
    port: target.port,
    method: request.method,
    path: request.url,
    headers: {
      ...withoutHops(request.headers),
      "x-forwarded-for": [request.headers["x-forwarded-for"], request.socket.remoteAddress]
        .flat()
        .filter(Boolean)
        .join(", "),
      "x-forwarded-proto": "https",
    },
    timeout: idleTimeout,
    agent,
  });
  let timedOut = false;
  onward.once("timeout", () => {
    timedOut = true;
    onward.destroy();
  });
  onward.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
    answer.pipe(response);
    // Half an answer cannot be told in any other way.
    answer.once("error", () => response.destroy());
  });
  onward.once("error", () => {
    if (response.headersSent) response.destroy();
    else refuse(response, timedOut ? 504 : 502);
  });
  onward.once("close", () => target.outstanding--);
  response.once("close", () => {
    if (!response.writableFinished) onward.destroy();
  });
  request.pipe(onward);
}

function refuse(response: ServerResponse, status: 502 | 503 | 504): void {
  response.writeHead(status, { server: "awselb/2.0", "content-length": 0 }).end();
}
