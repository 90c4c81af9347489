import type { Side } from "../../side";

/** One request that both sides are asked. */
export interface ComparedRequest {
  readonly method: string;
  /** Path and query, such as `/orders?page=2`. */
  readonly path: string;
  /** Names in lower case. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is sent. @default - none */
  readonly body?: string;
}

/** Where a side is asked. */
export interface HttpOrigin {
  /** Such as `https://alb-source.example.com`; a path in it comes before that of each request. */
  readonly url: URL;
  /** Name that is asked for, in the Host header and in TLS, where it is not the URL's own. @default - the URL's */
  readonly host?: string;
}

/** What is left out of the comparison, by the path of a request. */
export interface IgnoreRule {
  /** Paths, query included, that it holds for. @default - all */
  readonly path?: RegExp;
  /** Names of headers in lower case; `*` stands for any characters. */
  readonly headers: readonly string[];
  /** JSON pointers; `*` stands for any one property or index. */
  readonly json: readonly string[];
  /** What is taken out of bodies that are text. */
  readonly text: readonly RegExp[];
}

/** How both sides answered one request. */
export interface RequestComparison {
  /** Without its headers and body: they may hold what nobody else should see. */
  readonly request: Pick<ComparedRequest, "method" | "path">;
  readonly equal: boolean;
  /** Status codes. @default - no answer */
  readonly status: Readonly<Partial<Record<Side, number>>>;
  /** Milliseconds from connecting to the last byte. */
  readonly ms: Readonly<Record<Side, number>>;
  /** What differs, readable, `-` for the source and `+` for the target; empty when equal. */
  readonly differences: readonly string[];
}

/** How both sides answered all requests, in their order. */
export interface HttpComparison {
  readonly equal: boolean;
  readonly requests: readonly RequestComparison[];
  /** Median of the answers' times, in milliseconds. */
  readonly medianMs: Readonly<Record<Side, number>>;
}

/** How to compare. */
export interface CompareHttpOptions {
  readonly origins: Readonly<Record<Side, HttpOrigin>>;
  readonly requests: readonly ComparedRequest[];
  readonly ignore: readonly IgnoreRule[];
  /** Also methods that change something on both sides. @default false, those are refused before anything is sent */
  readonly unsafe?: boolean;
  /** Requests under way at once. @default 4 */
  readonly concurrency?: number;
  /** Time for one answer, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
  readonly onAnswer?: (comparison: RequestComparison) => void;
}
