import { type Agent, request as openRequest } from "node:http";

/** How a request ended: with an answer, whatever it says, or without one. */
export type Exchange =
  | { readonly status: number; readonly retryAfterMs?: number; readonly body: string }
  | { readonly status?: undefined; readonly kind: "connection lost" | "timeout"; readonly detail: string };

export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Sends a request and waits for the whole answer. Never rejects: a lost connection is a result like others. */
export function exchange(agent: Agent, outgoing: Outgoing): Promise<Exchange> {
  const { method, url, headers, body, timeoutMs } = outgoing;
  return new Promise((resolve) => {
    const request = openRequest(url, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.once("end", () => {
        clearTimeout(timer);
        resolve({
          status: answer.statusCode ?? 0,
          retryAfterMs: toMilliseconds(answer.headers["retry-after"]),
          body: Buffer.concat(chunks).toString(),
        });
      });
      answer.once("error", (error) => lose(error));
    });
    const lose = (error: Error) => {
      clearTimeout(timer);
      resolve({ kind: "connection lost", detail: error.message });
    };
    const timer = setTimeout(() => {
      resolve({ kind: "timeout", detail: `no answer within ${timeoutMs} ms` });
      request.destroy();
    }, timeoutMs);
    request.once("error", lose);
    request.end(body);
  });
}

/** Seconds only: the other form of the header, a date, is not sent by what runs here. */
function toMilliseconds(retryAfter: string | undefined): number | undefined {
  const seconds = Number(retryAfter);
  return retryAfter !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
