import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What becomes of one request: `throttled` and `unavailable` are answered here; `reset` is cut before it arrives;
 * `answer lost` does its work, then the connection is cut; `late` is answered so many milliseconds later; `meanwhile`
 * happens between its work and its answer.
 */
export type Mishap =
  | "none"
  | "throttled"
  | "unavailable"
  | "reset"
  | "answer lost"
  | { readonly late: number }
  | { readonly meanwhile: () => Promise<unknown> };

/** A place in front of an emulator where calls go wrong as they do on the way to AWS. */
export interface FaultProxy {
  readonly endpoint: string;
  /** The next requests meet these, in order; those after them meet none. */
  next(...mishaps: readonly Mishap[]): void;
  /** How many requests have come since it was asked before. */
  count(): number;
  close(): Promise<void>;
}

export async function openFaultProxy(emulator: string): Promise<FaultProxy> {
  const ahead: Mishap[] = [];
  let counted = 0;
  const server = createServer((incoming, answer) => {
    counted++;
    void meet(ahead.shift(), emulator, incoming, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (...mishaps) => void ahead.push(...mishaps),
    count() {
      const seen = counted;
      counted = 0;
      return seen;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function meet(
  mishap: Mishap | undefined,
  emulator: string,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const body = await collect(incoming);
  if (mishap === "reset") return void incoming.socket.resetAndDestroy();
  if (mishap === "throttled") return refuse(incoming, answer, 400, "ThrottlingException", "Rate exceeded");
  if (mishap === "unavailable") return refuse(incoming, answer, 503, "ServiceUnavailable", "Try later");
  const outgoing = request(emulator + incoming.url!, { method: incoming.method, headers: incoming.headers });
  const [answered] = (await once(outgoing.end(body), "response")) as [IncomingMessage];
  const answeredBody = await collect(answered);
  if (mishap === "answer lost") return void incoming.socket.resetAndDestroy();
  if (typeof mishap === "object") {
    await ("late" in mishap
      ? new Promise((resolve) => setTimeout(resolve, mishap.late).unref())
      : mishap.meanwhile());
  }
  answer.writeHead(answered.statusCode!, answered.headers);
  answer.end(answeredBody);
}

/** An error in the form of the protocol that the request speaks. */
function refuse(
  incoming: IncomingMessage,
  answer: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  const isJson = incoming.headers["content-type"]?.includes("json");
  answer.writeHead(status, {
    "content-type": isJson ? "application/x-amz-json-1.1" : "text/xml",
    "x-amzn-errortype": code,
  });
  answer.end(
    isJson
      ? JSON.stringify({ __type: code, message })
      : `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
