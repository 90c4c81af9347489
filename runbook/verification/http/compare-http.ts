import { SIDES, type Side } from "../../side";
import { ask, type Asked } from "./answer";
import { differencesOf } from "./differences";
import { rulesFor } from "./ignore-rules";
import { SAFE_METHODS } from "./requests";
import type { CompareHttpOptions, ComparedRequest, HttpComparison, RequestComparison } from "./result";

/**
 * Sends each request to both sides at once and compares what they answer: status, headers, body. A request is sent once;
 * a side that does not answer is a difference.
 *
 * Cost: what the requests cost the application. With `unsafe` they change what they change, on both sides.
 *
 * @throws Error naming every request whose method is not safe, before any is sent; the abort's reason when it is aborted
 */
export async function compareHttp(options: CompareHttpOptions): Promise<HttpComparison> {
  const { requests, signal, concurrency = 4, unsafe = false } = options;
  const refused = requests.filter(({ method }) => !unsafe && !SAFE_METHODS.includes(method));
  if (refused.length > 0) {
    const names = refused.map(({ method, path }) => `${method} ${path}`).join(", ");
    throw new Error(
      `${names}: expected ${SAFE_METHODS.join(", ")}, since other methods may change something on both sides; allow them if that is wanted`,
    );
  }
  const compared = new Array<RequestComparison>(requests.length);
  const waiting = requests.entries();
  const work = async (): Promise<void> => {
    // All share one iterator: each takes the next request that nobody has.
    for (const [index, request] of waiting) {
      signal.throwIfAborted();
      const comparison = await compareRequest(request, options);
      signal.throwIfAborted();
      compared[index] = comparison;
      options.onAnswer?.(comparison);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests.length) }, work));
  const median = (side: Side): number => {
    const sorted = compared.map(({ ms }) => ms[side]).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  };
  return {
    equal: compared.every(({ equal }) => equal),
    requests: compared,
    medianMs: { source: median("source"), target: median("target") },
  };
}

async function compareRequest(
  request: ComparedRequest,
  { origins, ignore, timeoutMs = 10_000, signal }: CompareHttpOptions,
): Promise<RequestComparison> {
  const of = (side: Side): Promise<Asked> => ask(origins[side], request, timeoutMs, signal);
  const [source, target] = await Promise.all([of("source"), of("target")]);
  const asked = { source, target };
  const faults = SIDES.flatMap((side) =>
    asked[side].fault === undefined ? [] : [`the ${side} does not answer: ${asked[side].fault}`],
  );
  const differences =
    source.answer && target.answer
      ? differencesOf(source.answer, target.answer, rulesFor(request.path, ignore))
      : faults;
  return {
    request: { method: request.method, path: request.path },
    equal: differences.length === 0,
    status: { source: source.answer?.status, target: target.answer?.status },
    ms: { source: source.ms, target: target.ms },
    differences,
  };
}
