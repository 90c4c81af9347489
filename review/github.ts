import { types } from "node:util";

/** The REST API of GitHub, for one token. */
export interface GitHub {
  /** @returns what GitHub answered. @throws FaultOfGitHub */
  call(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<unknown>;
}

/** Limit of one call, in milliseconds. */
const TIMEOUT = 20_000;
/** Longest that GitHub's own word on when to come back is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** GitHub answered with an error, or not at all. */
export class FaultOfGitHub extends Error {
  constructor(
    message: string,
    /** Worth another try. */
    readonly isTransient: boolean,
    /** The token may not do that. */
    readonly isForbidden: boolean,
    /** What GitHub asks to wait, in milliseconds. @default - it does not say */
    readonly waitMs?: number,
  ) {
    super(message);
  }
}

/**
 * Opens GitHub's API.
 *
 * @param token sent as a header and never printed; needs the permission `pull-requests: write`, nothing else
 */
export function openGitHub(api: string, token: string): GitHub {
  return {
    async call(method, path, body) {
      const what = `${method} ${api}${path}`;
      let answer: Response;
      try {
        answer = await fetch(`${api}${path}`, {
          method,
          body: body && JSON.stringify(body),
          signal: AbortSignal.timeout(TIMEOUT),
          headers: {
            accept: "application/vnd.github+json",
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
            "x-github-api-version": "2022-11-28",
          },
        });
      } catch (error) {
        const { cause, message } = error as Error;
        throw new FaultOfGitHub(
          `${what}: no answer: ${types.isNativeError(cause) ? cause.message : message}`,
          true,
          false,
        );
      }
      if (answer.ok) return answer.json();
      throw fault(what, answer);
    },
  };
}

/** Source: GitHub REST API, "Rate limits": 403 or 429, with `retry-after` in seconds, ask to come back later. */
function fault(what: string, { status, headers }: Response): FaultOfGitHub {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const isThrottled = status === 429 || (status === 403 && !Number.isNaN(seconds));
  const isForbidden = !isThrottled && (status === 403 || status === 404);
  return new FaultOfGitHub(
    `${what}: GitHub answers ${status}${isForbidden ? ": the token needs the permission pull-requests: write" : ""}`,
    isThrottled || status >= 500,
    isForbidden,
    Number.isNaN(seconds) ? undefined : Math.min(seconds * 1_000, PATIENCE),
  );
}
