import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../seeded";
import { exchange, type Exchange } from "./exchange";
import type { Acknowledgement } from "./ledger";
import { checkList, checkOrder, newOrder, readAcknowledgement } from "./orders";
import type { Tally } from "./tally";

/** Limit for one try, in milliseconds: above what the application itself allows a request. */
const TIMEOUT_MS = 10_000;
/** Tries of one write before it is given up; with a second between them, more than DNS may take. */
const TRIES = 90;
/** Wait before the next try when the answer names none, in milliseconds. */
const DEFAULT_WAIT_MS = 250;

export interface ClientOptions {
  /** Base addresses of the points of presence. */
  readonly urls: readonly string[];
  /** Names of the databases, each of which has orders at its own path. */
  readonly databases: readonly string[];
  readonly random: Random;
  readonly tally: Tally;
  readonly acknowledge: (entry: Acknowledgement) => void;
}

/** Visitors of the shop, each request through another point of presence. */
export interface Client {
  /** Writes to the next database; resolves when the write is acknowledged or given up. */
  write(key: string): Promise<void>;
  /** Reads an order that was acknowledged before, or the list of the next database. */
  read(): Promise<void>;
  close(): void;
}

export function openClient({ urls, databases, random, tally, acknowledge }: ClientOptions): Client {
  const agent = new Agent({ keepAlive: true });
  const acknowledged: Acknowledgement[] = [];
  const inTurn = (all: readonly string[]) => {
    let turn = 0;
    return () => all[turn++ % all.length] ?? "";
  };
  const nextUrl = inTurn(urls);
  const nextWritten = inTurn(databases);
  const nextListed = inTurn(databases);

  const readOne = async (order: Acknowledgement): Promise<string | undefined> => {
    const url = `${nextUrl()}/${order.database}/${encodeURIComponent(order.key)}`;
    const answer = await exchange(agent, { method: "GET", url, timeoutMs: TIMEOUT_MS });
    return failureOf(answer) ?? checkOrder(answer, order);
  };
  const readList = async (database: string): Promise<string | undefined> => {
    const url = `${nextUrl()}/${database}?limit=20`;
    const answer = await exchange(agent, { method: "GET", url, timeoutMs: TIMEOUT_MS });
    return failureOf(answer) ?? checkList(answer);
  };

  return {
    async write(key) {
      const due = performance.now();
      const database = nextWritten();
      tally.write();
      const body = JSON.stringify(newOrder(key));
      const headers = { "content-type": "application/json", "idempotency-key": key };
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const url = `${nextUrl()}/${database}`;
        const answer = await exchange(agent, { method: "POST", url, headers, body, timeoutMs: TIMEOUT_MS });
        const entry = readAcknowledgement(answer, database, key);
        if (entry) {
          acknowledge(entry);
          acknowledged.push(entry);
          return tally.acknowledged(performance.now() - due);
        }
        tally.writeFailed(database, kindOf(answer), `${key} by ${url}: ${detailOf(answer)}`);
        if (tries === TRIES || !isWorthRetrying(answer)) break;
        tally.retried();
        // Spread a little, so that all who were sent away do not come back in the same instant.
        const wait = (answer.status === undefined ? undefined : answer.retryAfterMs) ?? DEFAULT_WAIT_MS;
        await sleep(wait * (1 + random() / 5));
      }
      tally.gaveUp();
    },
    async read() {
      const due = performance.now();
      const order = random() < 0.8 ? acknowledged[Math.floor(random() * acknowledged.length)] : undefined;
      const failure = order ? await readOne(order) : await readList(nextListed());
      if (failure === undefined) return tally.read(performance.now() - due);
      const [kind = "", ...detail] = failure.split(": ");
      tally.readFailed(kind, detail.join(": "));
    },
    close: () => agent.destroy(),
  };
}

/** A refusal of the request itself stays one. */
const isWorthRetrying = ({ status = 503 }: Exchange) => status >= 500 || status === 429;

const kindOf = (answer: Exchange) => (answer.status === undefined ? answer.kind : String(answer.status));
const detailOf = (answer: Exchange) =>
  answer.status === undefined ? answer.detail : answer.body.slice(0, 200);

/** `<kind>: <detail>` when there is no good answer. */
function failureOf(answer: Exchange): string | undefined {
  // A missing order is told apart from other failures by the check of the order itself.
  const good = answer.status !== undefined && (answer.status === 200 || answer.status === 404);
  return good ? undefined : `${kindOf(answer)}: ${detailOf(answer)}`;
}
