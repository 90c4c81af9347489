import { createHash, createHmac } from "node:crypto";
import { createContext, Script } from "node:vm";

/** One value of a header, cookie or query parameter as CloudFront Functions see it. */
export interface EventValue {
  readonly value: string;
  /** Every value, when the name occurs more than once. */
  readonly multiValue?: readonly { readonly value: string }[];
}
/** Values by name; header names are in lower case. */
export type EventValues = Record<string, EventValue>;

/** The `request` of a viewer-request event. */
export interface ViewerRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: EventValues;
  readonly headers: EventValues;
  readonly cookies: EventValues;
}

/** What a function returns instead of a request when it answers by itself. */
export interface FunctionResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: EventValues;
  readonly body?: string | { readonly encoding: "text" | "base64"; readonly data: string };
}

/** What surrounds one invocation. */
export interface FunctionHost {
  /** Ids of the distribution's origins. */
  readonly originIds: readonly string[];
  /** Reads the associated key-value store; rejects on a missing key. @default - no store is associated */
  readonly read?: (key: string) => Promise<string>;
  /** Takes what the function logs. @default - dropped, as without CloudWatch Logs */
  readonly log?: (line: string) => void;
}

/** How one invocation ended. */
export interface Invocation {
  readonly result: ViewerRequest | FunctionResponse;
  /** Origin the function selected by id. @default - the behaviour's target */
  readonly originId?: string;
  /** Domain the function sent the request to instead. @default - the origin's own */
  readonly originDomain?: string;
}

/** A loaded viewer-request function. */
export type EdgeFunction = (request: ViewerRequest, host: FunctionHost) => Promise<Invocation>;

/** Quota "Maximum size of a function" of CloudFront Functions. */
const MAX_BYTES = 10 * 1024;

const importLine = /^import\s+([A-Za-z_$][\w$]*)\s+from\s+(['"])([^'"]+)\2\s*;?\s*$/gm;

type Handler = (event: object) => unknown;
type Factory = (require: (module: string) => unknown, console: object) => Handler;

/**
 * Loads a function as CloudFront's JavaScript runtime 2.0 would: no Node globals, no timers, no `eval`, and only the
 * modules `cloudfront` and `crypto`. Which syntax the runtime knows is not checked here.
 *
 * Each invocation runs the whole file anew, so that no state passes from one request to the next: the real runtime
 * promises none.
 * Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions".
 *
 * @param name for messages
 * @throws Error when CloudFront would refuse the code
 */
export function loadFunction(code: string, name: string): EdgeFunction {
  const bytes = Buffer.byteLength(code);
  if (bytes > MAX_BYTES) throw new Error(`${name}: ${bytes} bytes; CloudFront takes at most ${MAX_BYTES}`);
  const body = code.replace(importLine, (_, local: string, _quote, module: string) => {
    if (!(module in MODULES)) {
      throw new Error(`${name}: imports "${module}"; known here: ${Object.keys(MODULES).join(", ")}`);
    }
    return `const ${local} = require(${JSON.stringify(module)});`;
  });
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  // No line is added before the first one: line numbers in errors are the file's own.
  const script = new Script(`(function (require, console) { ${body}\n;return handler; })`, {
    filename: name,
  });
  const factory = script.runInContext(context) as Factory;

  return async (request, host) => {
    const choice: Choice = {};
    const require = (module: keyof typeof MODULES) => MODULES[module](host, choice);
    const log = (...parts: unknown[]) => host.log?.(parts.map(String).join(" "));
    const handler = factory(require as (module: string) => unknown, { log, error: log });
    const event = {
      version: "1.0",
      context: { eventType: "viewer-request" },
      viewer: { ip: "127.0.0.1" },
      request: structuredClone(request),
    };
    const result = await handler(event);
    if (!isResult(result)) throw new Error(`${name}: returned neither a request nor a response`);
    return { result, ...choice };
  };
}

interface Choice {
  originId?: string;
  originDomain?: string;
}

const MODULES = {
  cloudfront: (host: FunctionHost, choice: Choice) => ({
    kvs: () => {
      const { read } = host;
      if (!read) throw new Error("no key-value store is associated with the function");
      return {
        get: async (key: string, options: { format?: string } = {}) => {
          const text = await read(key);
          return options.format === "json" ? (JSON.parse(text) as unknown) : text;
        },
        exists: (key: string) =>
          read(key)
            .then(() => true)
            .catch(() => false),
      };
    },
    selectRequestOriginById: (id: string) => {
      if (!host.originIds.includes(id)) {
        throw new Error(`no origin "${id}" in the distribution; there are: ${host.originIds.join(", ")}`);
      }
      choice.originId = id;
    },
    updateRequestOrigin: (origin: { domainName?: string }) => {
      choice.originDomain = origin.domainName;
    },
  }),
  crypto: () => ({ createHash, createHmac }),
};

function isResult(value: unknown): value is ViewerRequest | FunctionResponse {
  return typeof value === "object" && value !== null && ("statusCode" in value || "uri" in value);
}

/** Tells an answer from a request that goes on to an origin. */
export const isResponse = (result: Invocation["result"]): result is FunctionResponse =>
  "statusCode" in result;
