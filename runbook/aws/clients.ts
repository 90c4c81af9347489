import { autoScalingIn } from "./task-scaling";
import { certificatesIn } from "./certificate";
import { cloudFrontIn } from "./distribution";
import { cloudWatchIn } from "./metric";
import { dynamoIn } from "./lease-item";
import { ecsIn } from "./ecs-service";
import { edgeStoreIn } from "./edge-store";
import { imagesIn } from "./image";
import { logsIn } from "./task-log";
import { s3ControlIn } from "./batch-replication";
import { s3In } from "./bucket-replication";
import { mailIn } from "./mail";
import { parametersIn } from "./parameter";
import { quotasIn } from "./quota";
import { rdsIn } from "./rds-instance";
import { route53In } from "./dns-record";
import { schedulerIn } from "./schedule";
import { secretsIn } from "./secret";
import type { AwsRegion } from "./region";

const REGIONAL = {
  autoScaling: autoScalingIn,
  certificates: certificatesIn,
  cloudWatch: cloudWatchIn,
  dynamo: dynamoIn,
  ecs: ecsIn,
  edgeStore: edgeStoreIn,
  images: imagesIn,
  logs: logsIn,
  mail: mailIn,
  parameters: parametersIn,
  quotas: quotasIn,
  rds: rdsIn,
  s3: s3In,
  s3Control: s3ControlIn,
  scheduler: schedulerIn,
  secrets: secretsIn,
} as const;

type Regional = typeof REGIONAL;

/** Clients of AWS, one a service and region, each made when it is first asked for. */
export interface Clients {
  in<S extends keyof Regional>(service: S, region: string): ReturnType<Regional[S]>;
  cloudFront(): ReturnType<typeof cloudFrontIn>;
  route53(): ReturnType<typeof route53In>;
  /** Ends their connections. */
  close(): void;
}

/**
 * Opens no connection yet.
 *
 * Another endpoint than AWS's own, such as an emulator's, is taken from `AWS_ENDPOINT_URL` and
 * `AWS_ENDPOINT_URL_<SERVICE>`, which every client of the SDK heeds (SDK reference guide, "Service-specific endpoints").
 */
export function openClients(): Clients {
  const made = new Map<string, { destroy(): void }>();
  const once = <C extends { destroy(): void }>(key: string, make: () => C): C => {
    const client = made.get(key) ?? make();
    made.set(key, client);
    return client as C;
  };
  return {
    in<S extends keyof Regional>(service: S, region: string) {
      const make = REGIONAL[service] as (place: AwsRegion) => ReturnType<Regional[S]>;
      return once(`${service} ${region}`, () => make({ name: region, endpoint: ownEndpoint(service) }));
    },
    cloudFront: () => once("cloudFront", () => cloudFrontIn()),
    route53: () => once("route53", () => route53In()),
    close() {
      for (const client of made.values()) client.destroy();
      made.clear();
    },
  };
}

/** The key-value store's rule for its address takes no other host, so the SDK's own settings do not reach it. */
function ownEndpoint(service: keyof Regional): string | undefined {
  if (service !== "edgeStore") return undefined;
  const { AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: own, AWS_ENDPOINT_URL: all } = process.env;
  return own ?? all;
}
