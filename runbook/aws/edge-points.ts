import { lookup } from "node:dns/promises";
import { request } from "node:https";
import { z } from "zod";

/** Where the router function tells what its point of presence believes. */
const BELIEF_PATH = "/.well-known/relocate";
/** An answer that is not there by then counts as none, in milliseconds. */
const PATIENCE = 3_000;
/** An answer of the router is some 100 bytes; more is somebody else's page. */
const MOST_BYTES = 10_000;

/** What one address of the edge believes. */
export interface EdgePoint {
  readonly address: string;
  /** Origin id that requests are sent to there. @default - it did not answer, or not as a router does */
  readonly origin?: string;
}

const belief = z.object({ active: z.string() });

/**
 * Asks every address of the public name, over TLS verified for that name, what its router believes. An address that does
 * not answer is told without an origin.
 *
 * The addresses are those that this machine's resolver gives: points of presence near it, which CloudFront changes from
 * answer to answer. A private network without IPv6 reaches the IPv4 ones, so these are asked.
 *
 * @param publicName such as `shop.example.com`, with a port where it is not 443
 * @throws Error when the name cannot be resolved
 */
export async function askEdge(publicName: string): Promise<readonly EdgePoint[]> {
  const url = new URL(`https://${publicName}${BELIEF_PATH}`);
  const found = await lookup(url.hostname, { all: true, family: 4 }).catch((error: Error) => {
    throw new Error(`${publicName}: cannot be resolved (${error.message}); see its DNS record`, {
      cause: error,
    });
  });
  const addresses = [...new Set(found.map(({ address }) => address))].sort();
  return Promise.all(
    addresses.map(async (address) => ({ address, origin: originIn(await ask(url, address)) })),
  );
}

/** @returns the body, or nothing when there is no answer in time */
function ask(url: URL, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const nothing = () => resolve(undefined);
    const asked = request(
      {
        host: address,
        port: url.port || 443,
        path: url.pathname,
        servername: url.hostname,
        headers: { host: url.host },
        signal: AbortSignal.timeout(PATIENCE),
        agent: false,
      },
      (answer) => {
        let body = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          body += chunk;
          if (body.length > MOST_BYTES) answer.destroy();
        });
        answer.on("end", () => resolve(answer.statusCode === 200 ? body : undefined));
        answer.on("error", nothing);
        answer.on("close", nothing);
      },
    );
    asked.on("error", nothing);
    asked.end();
  });
}

function originIn(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    return belief.safeParse(JSON.parse(body)).data?.active;
  } catch {
    // Not JSON: an error page, or another site's.
    return undefined;
  }
}
