import {
  Agent,
  createServer,
  request as openRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { asForwarded, cachedPathOf, type CachedPath } from "./cached-paths";
import {
  isResponse,
  type EdgeFunction,
  type FunctionResponse,
  type Invocation,
  type ViewerRequest,
} from "./function-runtime";
import { HOP_BY_HOP, toOriginRequest, toViewerRequest } from "./viewer-request";

/** What one point of presence goes by; asked anew for each request, since points converge while they run. */
export interface PointConfiguration {
  readonly label: string;
  readonly allowedMethods: readonly string[];
  readonly cachedPaths: readonly CachedPath[];
  readonly originIds: readonly string[];
  /** The behaviour's origin as this point knows it now. */
  targetOriginId(): string;
  /** The router as this point knows it now. @default - requests go to the behaviour's origin */
  router?(): EdgeFunction;
  /** Reads the key-value store as this point sees it. @default - no store is associated */
  readonly read?: (key: string) => Promise<string>;
  /** Local address of an origin, from this point's place in the network. */
  connect(
    origin: { readonly id: string } | { readonly domain: string },
  ): Promise<{ host: string; port: number }>;
  /** Told of what a viewer only sees as an error: a function that threw, an origin out of reach. */
  onFault(fault: string): void;
}

/** One running point of presence. */
export interface PointOfPresence {
  readonly label: string;
  /** Base address, without a path. */
  readonly url: string;
  close(): Promise<void>;
}

/** Methods that CloudFront sends a second time by itself when a connection failed. */
const RETRIED = new Set(["GET", "HEAD"]);

/** Starts one point of presence on a free port of 127.0.0.1. Viewers speak plain HTTP to it. */
export async function startPoint(point: PointConfiguration): Promise<PointOfPresence> {
  // Idle connections go before an origin would close them, so that no request is sent into a closing one.
  const agent = new Agent({ keepAlive: true, timeout: 4_000 });
  const server = createServer((request, response) => {
    handle(point, agent, request, response).catch((error: unknown) => {
      point.onFault(`${point.label}: ${describe(error)}`);
      answer(response, { statusCode: 502, body: "The origin could not be reached" });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    label: point.label,
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function handle(
  point: PointConfiguration,
  agent: Agent,
  viewer: IncomingMessage,
  response: ServerResponse,
) {
  const request = toViewerRequest(viewer);
  const cached = cachedPathOf(point.cachedPaths, request.uri);
  const { allowedMethods } = cached ?? point;
  if (!allowedMethods.includes(request.method)) {
    return answer(response, {
      statusCode: 403,
      body: `${request.method} is not among the behaviour's methods`,
    });
  }
  const { result, originId, originDomain } = await route(point, request);
  if (isResponse(result)) return answer(response, result);
  const address = await point.connect(
    originDomain ? { domain: originDomain } : { id: originId ?? point.targetOriginId() },
  );
  const options = {
    ...address,
    agent,
    method: result.method,
    ...toOriginRequest(cached ? asForwarded(result, cached) : result),
  };
  await forward(viewer, response, options, RETRIED.has(result.method) ? 2 : 1);
}

async function route(point: PointConfiguration, request: ViewerRequest): Promise<Invocation> {
  const run = point.router?.();
  if (!run) return { result: request };
  try {
    return await run(request, { originIds: point.originIds, read: point.read });
  } catch (error) {
    point.onFault(`${point.label}: the router function failed: ${describe(error)}`);
    // CloudFront answers 503 when a function throws.
    return { result: { statusCode: 503, body: "The function failed" } };
  }
}

function forward(
  viewer: IncomingMessage,
  response: ServerResponse,
  options: RequestOptions,
  attempts: number,
) {
  return new Promise<void>((resolve, reject) => {
    const upstream = openRequest(options, (answered) => {
      response.writeHead(answered.statusCode ?? 502, endToEnd(answered.headers));
      answered.pipe(response);
      answered.once("error", (error) => response.destroy(error));
      response.once("close", resolve);
    });
    upstream.once("error", (error) => {
      if (response.destroyed) resolve();
      else if (response.headersSent) response.destroy(error);
      else if (attempts > 1) void forward(viewer, response, options, attempts - 1).then(resolve, reject);
      else reject(error);
    });
    // A viewer that goes away takes its request to the origin along.
    response.once("close", () => {
      if (!response.writableFinished) upstream.destroy();
    });
    if (RETRIED.has(options.method ?? "GET")) upstream.end();
    else viewer.pipe(upstream);
  });
}

function endToEnd(headers: IncomingMessage["headers"]): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !HOP_BY_HOP.includes(name),
  );
  return Object.fromEntries(kept) as Record<string, string | string[]>;
}

function answer(response: ServerResponse, result: FunctionResponse): void {
  if (response.headersSent) return void response.destroy();
  for (const [name, { value }] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
  response.writeHead(result.statusCode, result.statusDescription);
  const { body = "" } = result;
  response.end(
    typeof body === "string" ? body : Buffer.from(body.data, body.encoding === "base64" ? "base64" : "utf8"),
  );
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
