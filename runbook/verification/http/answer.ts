import * as http from "node:http";
import * as https from "node:https";
import { performance } from "node:perf_hooks";
import type { ComparedRequest, HttpOrigin } from "./result";

/** What a side answered. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; several of one name in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

/** An answer or why there is none, and how long that took. */
export interface Asked {
  readonly answer?: Answer;
  readonly fault?: string;
  /** Milliseconds from connecting to the last byte. */
  readonly ms: number;
}

/** Most that is read of a body, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Asks a side, once: what it answers at a second try is not what a client gets. Follows no redirect. Never fails.
 *
 * @param signal ends the request
 */
export async function ask(
  { url, host }: HttpOrigin,
  request: ComparedRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Asked> {
  const begun = performance.now();
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await send(url, host, request, AbortSignal.any([signal, limit]));
    return { answer, ms: performance.now() - begun };
  } catch (error) {
    const ms = performance.now() - begun;
    if (limit.aborted && !signal.aborted) return { fault: `no answer within ${timeoutMs} ms`, ms };
    return { fault: (error as Error).message, ms };
  }
}

function send(
  origin: URL,
  host: string | undefined,
  { method, path, headers, body }: ComparedRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const { request } = origin.protocol === "https:" ? https : http;
  const options: https.RequestOptions = {
    method,
    hostname: origin.hostname,
    port: origin.port || undefined,
    path: `${origin.pathname.replace(/\/$/, "")}${path}`,
    // Bodies are compared as they are, so none comes compressed.
    headers: { host: host ?? origin.host, "accept-encoding": "identity", ...headers },
    servername: host?.replace(/:\d+$/, "") ?? origin.hostname,
    // A connection of its own: one that is kept may be closed by the server just then, which would look like a fault.
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MOST_BYTES) response.destroy(new Error(`the body is longer than ${MOST_BYTES} bytes`));
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: byName(response.rawHeaders),
          body: Buffer.concat(chunks),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function byName(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), raw[index + 1] ?? ""]);
  }
  return headers;
}
