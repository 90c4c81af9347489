import { explainFaults, type MiddlewareStack } from "./fault";

/** One region of AWS, and where its API answers. */
export interface AwsRegion {
  /** Such as `eu-west-1`. Every client is bound to one: no default of the environment is ever asked. */
  readonly name: string;
  /** Address at which every service answers. @default - AWS's own, one for each service */
  readonly endpoint?: string;
}

/** The region by which the global services are reached: CloudFront, Route 53, and certificates for CloudFront. */
export const GLOBAL_REGION = "us-east-1";

/**
 * Tries of one call, the first included. The SDK waits between them, at random up to a limit that doubles each time, at
 * most 20 s; in mode `adaptive` it also slows down for as long as AWS throttles (SDK reference guide, "Retry behavior").
 */
const ATTEMPTS = 6;
/** A connection that is not there by then is tried anew, in milliseconds. */
const CONNECT_TIMEOUT = 3_000;
/** An answer that is not there by then is not waited for, in milliseconds: a lost packet must not hold a switch. */
const ANSWER_TIMEOUT = 10_000;

interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly retryMode: string;
  readonly maxAttempts: number;
  readonly requestHandler: Readonly<Record<string, number | boolean>>;
}

/**
 * Makes a client of one service in one region. Credentials come by the SDK's chain: environment, profile, task role.
 *
 * @param more settings that only this service has
 */
export function connect<
  Client extends { readonly middlewareStack: MiddlewareStack },
  More extends object = object,
>(Service: new (settings: ClientSettings & More) => Client, region: AwsRegion, more?: More): Client {
  const client = new Service({
    region: region.name,
    endpoint: region.endpoint,
    retryMode: "adaptive",
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: ANSWER_TIMEOUT,
      throwOnRequestTimeout: true,
    },
    ...more!,
  });
  explainFaults(client.middlewareStack, region.name);
  return client;
}
