import { appendFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** What is sent. */
export interface StatusUpdate {
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
  readonly [key: string]: unknown;
}

/** Where updates go, one after the other. */
export interface StatusChannel {
  /** In words, without anything secret. */
  readonly name: string;
  /** @throws Error that tells nothing secret */
  send(update: StatusUpdate, signal: AbortSignal): Promise<void>;
}

/** How patient a webhook is treated, in milliseconds. */
export interface WebhookPatience {
  readonly timeoutMs: number;
  /** Before each further try. */
  readonly pausesMs: readonly number[];
}

const PATIENCE: WebhookPatience = { timeoutMs: 5_000, pausesMs: [1_000, 3_000] };

/** Hosts on this machine, whose traffic nobody else hears. */
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

/** Reads a webhook's address. @throws Error that does not repeat it, since it may hold a token */
export function parseWebhook(address: string): URL {
  if (!URL.canParse(address)) {
    throw new Error(
      "the webhook's address is no URL, expected one such as https://hooks.example.com/services/...",
    );
  }
  const url = new URL(address);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOCAL.includes(url.hostname))) {
    throw new Error(`the webhook's address begins with ${url.protocol}, expected https:`);
  }
  if (url.username || url.password) {
    throw new Error(
      "the webhook's address holds a user name or password: put the token into its path or query",
    );
  }
  return url;
}

/** Sends each update as a POST of JSON. Chat services show its `text`. Its name tells the host alone: the rest may be a token. */
export function webhookChannel(url: URL, { timeoutMs, pausesMs }: WebhookPatience = PATIENCE): StatusChannel {
  return {
    name: `webhook at ${url.host}`,
    async send(update, signal) {
      for (let tried = 0; ; tried++) {
        const fault = await post(url, update, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
        if (!fault) return;
        const pause = pausesMs[tried];
        if (fault.isFinal || pause === undefined || signal.aborted) throw new Error(fault.found);
        // So that all who were refused in one moment do not come again in one moment.
        await sleep(pause * (0.5 + Math.random()), undefined, { signal });
      }
    },
  };
}

interface Fault {
  readonly found: string;
  /** Another try would find the same. */
  readonly isFinal: boolean;
}

async function post(url: URL, update: StatusUpdate, signal: AbortSignal): Promise<Fault | undefined> {
  try {
    const { ok, status } = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(update),
      // What is meant for one host is not carried to another.
      redirect: "manual",
      signal,
    });
    if (ok) return undefined;
    return { found: `it answered ${status}`, isFinal: status < 500 && status !== 408 && status !== 429 };
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    // The message of such an error may hold the address.
    const found =
      name === "TimeoutError" || name === "AbortError" ? "no answer in time" : (cause?.code ?? name);
    return { found, isFinal: false };
  }
}

/** Adds a line for each update to a file. */
export function fileChannel(path: string): StatusChannel {
  return {
    name: `file ${path}`,
    send: ({ at, text }, signal) => {
      signal.throwIfAborted();
      return appendFile(path, `${at} ${text}\n`);
    },
  };
}
