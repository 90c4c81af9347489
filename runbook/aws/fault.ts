import type {
  AbsoluteLocation,
  HandlerExecutionContext,
  InitializeHandler,
  InitializeHandlerOptions,
} from "@smithy/types";

/** What any client of the SDK offers to stand around its calls. */
export interface MiddlewareStack {
  add(
    middleware: <Input extends object, Output extends object>(
      next: InitializeHandler<Input, Output>,
      context: HandlerExecutionContext,
    ) => InitializeHandler<Input, Output>,
    options: InitializeHandlerOptions & AbsoluteLocation,
  ): void;
}

/** What the SDK tells of a call that failed. */
interface SdkFault extends Error {
  readonly $fault?: "client" | "server";
  readonly $metadata?: { readonly attempts?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

/** By the error's name, what the operator can do. The first that fits is told. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/CredentialsProvider|TokenProvider/, "run it in the runner's task, or name a profile in AWS_PROFILE"],
  [/Expired|InvalidClientToken|UnrecognizedClient|InvalidSignature/, "renew the credentials"],
  [/AccessDenied|NotAuthorized|Unauthorized|Forbidden/, "allow the role that runs this what AWS names"],
  [/NotFound/, "see that it stands, and that the outputs are the newest"],
  [/Throttl|TooManyRequests|SlowDown|RequestLimit|BandwidthLimit/, "AWS holds calls back: wait a minute"],
  [/Timeout|ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|EHOST|ENET/, "see that AWS can be reached from here"],
];

const explained = new WeakSet<Error>();

/**
 * Lets every error of a client say where, which call, and what to do about it. The error stays what it is, with its
 * name and class: the SDK and the adapters decide by them.
 */
export function explainFaults(stack: MiddlewareStack, region: string): void {
  stack.add(
    (next, context) => async (input) => {
      try {
        return await next(input);
      } catch (error) {
        // Calls that wait for the same credentials are handed the same error.
        if (error instanceof Error && !explained.has(error)) {
          explained.add(error);
          const service = String(context.clientName).replace(/Client$/, "");
          const operation = String(context.commandName).replace(/Command$/, "");
          error.message = explain(error, `${region}: ${service} ${operation}`);
        }
        throw error;
      }
    },
    { name: "explainFaults", step: "initialize", priority: "high" },
  );
}

/** One line: where, what was found, what to do. */
export function explain(error: SdkFault, call: string): string {
  const attempts = error.$metadata?.attempts ?? 1;
  const tries = attempts > 1 ? ` (tried ${attempts} times)` : "";
  const code = (error as NodeJS.ErrnoException).code;
  const kind = code !== undefined && code !== error.name ? `${error.name} ${code}` : error.name;
  const fix = FIXES.find(([pattern]) => pattern.test(kind))?.[1];
  const last = fix ?? (error.$fault === "server" ? "the fault is on AWS's side: wait a minute" : undefined);
  const advice = last ? `; ${last}, then give the same command again` : "";
  return `${call}: ${kind}: ${said(error)}${tries}${advice}`;
}

/** An answer that cannot be read is quoted by the SDK, and what it quotes may be a secret. */
function said(error: Error): string {
  if (error instanceof SyntaxError) return "an answer that is not of the API's form";
  return error.message.trim() || "(nothing said)";
}

/** Whether an error is one of AWS's, by the name it has in the service's API, without `Fault` or `Exception` at its end. */
export function isFault(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name.replace(/(Fault|Exception)$/, ""));
}

/**
 * Waits for a request to which some faults are an answer like any other.
 *
 * @returns undefined after one of them
 */
export async function unlessFault<T>(
  request: Promise<T>,
  ...names: readonly string[]
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isFault(error, ...names)) return undefined;
    throw error;
  }
}
