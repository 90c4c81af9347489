import { imageReferenceFaults } from "../lib/workload/container-faults";
import { databaseChoices, isMysql } from "../lib/workload/database-choices";
import { fault, fits, unless } from "../lib/workload/fault";
import { workloadFaults } from "../lib/workload/workload-faults";
import { adoptionFaults } from "./adoption-faults";
import { balancerFaults } from "./balancer-faults";
import { nameLengthFaults } from "./name-length-faults";
import { REGION, regionFaults } from "./region-faults";
import type { RelocationBackend, RelocationProps } from "./relocation-props";
import { shapeFaults } from "./relocation-shape";
import { successionFaults } from "./succession-faults";

/**
 * Everything that is wrong with the description of a relocation, found without making anything of it.
 *
 * @returns one sentence a fault, with where it is, what was found, what was expected and the fix; empty when all is well
 */
export function relocationFaults(props: RelocationProps): string[] {
  const { wrong, unknown } = shapeFaults(props);
  return wrong.length > 0 ? [...wrong, ...unknown] : [...unknown, ...meaningFaults(props)];
}

/** What is wrong with a description in which everything is there, and of its type. */
function meaningFaults(props: RelocationProps): string[] {
  const { workload, source, target, runnerImage, poolerImage, accountId, backend, tags } = props;
  return [
    ...workloadFaults(workload),
    ...nameLengthFaults(props),
    ...regionFaults(props),
    ...adoptionFaults("source", source.adopt, workload),
    ...adoptionFaults("target", target.adopt, workload),
    ...balancerFaults("source", source, workload),
    ...balancerFaults("target", target, workload),
    ...imageReferenceFaults("runnerImage", runnerImage),
    ...(poolerImage === undefined
      ? missingPoolerFaults(props)
      : imageReferenceFaults("poolerImage", poolerImage)),
    ...unless(
      fits(/^\d{12}$/, accountId),
      fault(
        "accountId",
        `"${accountId}"`,
        "the twelve digits of an account",
        "write it such as 123456789012",
      ),
    ),
    ...backendFaults(backend),
    ...tagFaults(tags),
    ...followsFaults(props),
  ];
}

function followsFaults(props: RelocationProps): string[] {
  if (!props.follows) return [];
  const faults = relocationFaults(props.follows).map((found) => `follows.${found}`);
  return faults.length > 0 ? faults : successionFaults(props);
}

function missingPoolerFaults({ workload }: RelocationProps): string[] {
  return Object.entries(workload.databases ?? {})
    .map(([name, database]) => ({ name, ...databaseChoices(name, database) }))
    .filter(({ engine, writerDiscovery }) => writerDiscovery === "pooler" && !isMysql(engine))
    .map(({ name }) =>
      fault(
        "poolerImage",
        `none, but databases.${name} has the writer discovery pooler`,
        "a container image of PgBouncer",
        'give "poolerImage", or choose another writer discovery',
      ),
    );
}

function backendFaults(backend: RelocationBackend | undefined): string[] {
  if (!backend) return [];
  const { bucket, region, keyPrefix } = backend;
  return [
    ...unless(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket),
      fault(
        "backend.bucket",
        `"${bucket}"`,
        "the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
        "write the name alone, no ARN and no URL",
      ),
    ),
    ...unless(
      REGION.test(region),
      fault("backend.region", `"${region}"`, "a region code", "write it such as eu-central-1"),
    ),
    ...unless(
      fits(/^[A-Za-z0-9!_.*'()-]+(\/[A-Za-z0-9!_.*'()-]+)*\/?$/, keyPrefix),
      fault(
        "backend.keyPrefix",
        `"${keyPrefix}"`,
        "the begin of an object key, not beginning with /",
        "write it such as relocations/storefront",
      ),
    ),
  ];
}

/** Source: AWS General Reference, "Tag naming limits and requirements"; what every service takes. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function tagFaults(tags: RelocationProps["tags"] = {}): string[] {
  return Object.entries(tags).flatMap(([key, value]) => [
    ...unless(
      key.length > 0 && key.length <= 128 && TAG_TEXT.test(key) && !/^(aws|relocate):/.test(key),
      fault(
        "tags",
        `the key "${key}"`,
        "1 to 128 letters, digits, spaces and _.:/=+-@, beginning with neither aws: nor relocate:",
        "call the tag otherwise",
      ),
    ),
    ...unless(
      fits(TAG_TEXT, value) && value.length <= 256,
      fault(
        `tags.${key}`,
        `"${value}"`,
        "at most 256 letters, digits, spaces and _.:/=+-@",
        "shorten or rewrite it",
      ),
    ),
  ]);
}
