import { isHostName } from "../host-name";
import type { WorkloadEdge } from "./edge";
import { fault, fits, isWhole, repeated, unless } from "./fault";
import { isPathPattern } from "./routing-faults";

const FLIPS = ["key-value-store", "distribution"];
/** Where `lower_ttl` brings it, and two days: what is kept longer would outlive the preparation (B1). */
const LEAST_TTL_SECONDS = 60;
const MOST_TTL_SECONDS = 172_800;

/** @returns what is wrong with the edge of a workload */
export function edgeFaults(edge: WorkloadEdge | undefined): string[] {
  if (!edge) return [];
  const { publicName, zone, flip = "key-value-store", cachedPaths = [] } = edge;
  return [
    ...Object.entries({ publicName, zone })
      .filter((entry): entry is [string, string] => entry[1] !== undefined && !isHostName(entry[1]))
      .map(([property, host]) =>
        fault(
          `edge.${property}`,
          `"${host}"`,
          "a host name in lower case",
          "write it such as shop.example.com",
        ),
      ),
    ...unless(
      !zone || publicName === zone || publicName.endsWith(`.${zone}`),
      fault(
        "edge.publicName",
        `"${publicName}"`,
        `a name in the zone ${zone}`,
        "change the name or the zone",
      ),
    ),
    ...unless(
      FLIPS.includes(flip),
      fault(
        "edge.flip",
        `"${flip}"`,
        `one of ${FLIPS.join(", ")}`,
        "name one of them, or leave it out for key-value-store",
      ),
    ),
    ...certificateFaults(edge),
    ...ttlFaults(edge),
    ...cachedPaths
      .filter((pattern) => !isPathPattern(pattern))
      .map((pattern) =>
        fault(
          "edge.cachedPaths",
          `"${pattern}"`,
          "a path with * and ? as wildcards, which begins with / and is not /* itself",
          "write it such as /assets/*",
        ),
      ),
    ...repeated(cachedPaths).map((pattern) =>
      fault("edge.cachedPaths", `"${pattern}" twice`, "every path once", "take the second one out"),
    ),
    ...belongingsFaults(edge),
  ];
}

function certificateFaults({ zone, certificateArn }: WorkloadEdge): string[] {
  if (certificateArn === undefined) {
    return unless(
      zone !== undefined,
      fault(
        "edge",
        "neither zone nor certificateArn",
        "one of them: a certificate is proved by the zone's records",
        'give "zone", or "certificateArn" of an issued certificate in us-east-1',
      ),
    );
  }
  return unless(
    fits(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/, certificateArn),
    fault(
      "edge.certificateArn",
      `"${certificateArn}"`,
      "the ARN of a certificate in us-east-1, the only region CloudFront takes one from",
      "request one there, or leave it out where there is a zone",
    ),
  );
}

function ttlFaults({ publicName, zone, ttlSeconds }: WorkloadEdge): string[] {
  if (ttlSeconds === undefined) return [];
  return [
    ...unless(
      isWhole(ttlSeconds, LEAST_TTL_SECONDS, MOST_TTL_SECONDS),
      fault(
        "edge.ttlSeconds",
        `${ttlSeconds}`,
        `a whole number from ${LEAST_TTL_SECONDS} to ${MOST_TTL_SECONDS}`,
        "take 3600, or leave it out for an alias record",
      ),
    ),
    ...unless(
      publicName !== zone,
      fault(
        "edge.ttlSeconds",
        `${ttlSeconds} for the zone's own name`,
        "no TTL, as that name cannot be a CNAME",
        "leave it out: CloudFront answers an alias record with 60 seconds",
      ),
    ),
  ];
}

function belongingsFaults({ webAclArn, accessLogBucket, adoptDistribution }: WorkloadEdge): string[] {
  return [
    ...unless(
      fits(/^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[^/]+\/[^/]+$/, webAclArn),
      fault(
        "edge.webAclArn",
        `"${webAclArn}"`,
        "the ARN of a web ACL with scope CLOUDFRONT, which is in us-east-1 and says global",
        "make one with that scope: a regional one cannot stand before a distribution",
      ),
    ),
    ...unless(
      fits(/^[a-z0-9][a-z0-9.-]+\.s3(\.[a-z0-9-]+)?\.amazonaws\.com$/, accessLogBucket),
      fault(
        "edge.accessLogBucket",
        `"${accessLogBucket}"`,
        "the domain name of a bucket",
        "write it such as logs.s3.amazonaws.com",
      ),
    ),
    ...unless(
      fits(/^E[A-Z0-9]{7,}$/, adoptDistribution),
      fault(
        "edge.adoptDistribution",
        `"${adoptDistribution}"`,
        "the id of a distribution",
        "write it such as E2QWRUHAPOMQZL, not as a domain name or an ARN",
      ),
    ),
  ];
}
