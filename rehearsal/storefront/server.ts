import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import { findOrder, listOrders, placeOrder } from "./orders";
import { type Reader, ReaderUnavailable } from "./reader";
import { type Writer, WriterUnavailable } from "./writer";

const line = z.object({ product: z.string().min(1), quantity: z.int().min(1) });
const body = z.object({ customer: z.string().min(1), lines: z.array(line).min(1) });
const key = z.string().min(1).max(200);
const limit = z.coerce.number().int().min(1).max(100);

const LONGEST_BODY = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const badRequest = (problem: string): Answer => ({ status: 400, body: { problem } });
/** Whole seconds are all that Retry-After can say. */
const tryAgain: Answer = {
  status: 503,
  headers: { "retry-after": "1" },
  body: { problem: "try again, with the same key" },
};

/** One database of the shop. */
export interface Shop {
  readonly writer: Writer;
  readonly reader: Reader;
}

/**
 * The sample application's HTTP side.
 *
 * @param shops by the name of their database, which is their path
 */
export function createStorefront(shops: ReadonlyMap<string, Shop>, log: (line: string) => void): Server {
  const server = createServer((request, response) => {
    answer(request, shops)
      .catch((error: Error): Answer => {
        // The writer says itself when it loses its host; one line for each refused write would drown it.
        if (error instanceof WriterUnavailable) return tryAgain;
        if (error instanceof URIError) return badRequest("the address is not well-formed");
        log(`${request.method} ${request.url}: ${error.stack}`);
        if (error instanceof ReaderUnavailable) return tryAgain;
        return { status: 500, body: { problem: "internal error" } };
      })
      .then((it) => {
        // Told to end: no further request is to come this way, and an idle connection would keep the server open.
        if (!server.listening) response.setHeader("connection", "close");
        reply(response, it);
      })
      .catch(log);
  });
  // Longer than a load balancer keeps an idle connection (60 s): else it sends requests into one that is being closed.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function answer(request: IncomingMessage, shops: ReadonlyMap<string, Shop>): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://storefront");
  const [collection = "", name, ...rest] = url.pathname.split("/").slice(1);
  // Says that this process can answer, not that a database can be written: during a switch no task is to be replaced.
  if (url.pathname === "/healthz") return { status: 200, body: health(shops) };
  const shop = shops.get(collection);
  if (!shop || rest.length > 0) return { status: 404, body: { problem: "no such page" } };
  const { writer, reader } = shop;
  if (request.method === "POST" && name === undefined) return post(request, writer);
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: { allow: "GET, HEAD, POST" } };
  if (name === undefined) return list(url, reader);
  const orderKey = decodeURIComponent(name);
  const order = await reader.read((pool) => findOrder(pool, orderKey));
  return order ? { status: 200, body: order } : { status: 404, body: { problem: "no such order" } };
}

const health = (shops: ReadonlyMap<string, Shop>) => ({
  writers: Object.fromEntries([...shops].map(([name, { writer }]) => [name, writer.host ?? null])),
});

async function list(url: URL, reader: Reader): Promise<Answer> {
  const wanted = limit.safeParse(url.searchParams.get("limit") ?? 20);
  if (!wanted.success) return badRequest("limit is a number from 1 to 100");
  return { status: 200, body: await reader.read((pool) => listOrders(pool, wanted.data)) };
}

async function post(request: IncomingMessage, writer: Writer): Promise<Answer> {
  const idempotencyKey = key.safeParse(request.headers["idempotency-key"]);
  if (!idempotencyKey.success)
    return badRequest("the header Idempotency-Key names the order, with 1 to 200 characters");
  const text = await read(request);
  if (text === undefined) return { status: 413, body: { problem: "an order has at most 64 KiB" } };
  const given = body.safeParse(parseJson(text));
  if (!given.success) return badRequest(z.prettifyError(given.error));
  const wanted = { key: idempotencyKey.data, ...given.data };
  const { order, server, isNew } = await writer.use((pool) => placeOrder(pool, wanted));
  return { status: isNew ? 201 : 200, body: { ...order, writtenTo: server } };
}

/** The request's body; undefined when it is too long. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Refused by the schema, like anything else that is no order.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function reply(response: ServerResponse, { status, headers, body: content }: Answer): void {
  const text = content === undefined ? "" : JSON.stringify(content);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(text);
}
