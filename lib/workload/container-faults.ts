import { fault, fits, namesFaults, unless } from "./fault";
import type { WorkloadService } from "./service";
import type { Workload } from "./workload";

/** What every task is told by the modules themselves. */
const OWN_VARIABLES = ["AWS_REGION", "PORT"];
/** Source: OCI distribution specification, "Pulling manifests", what a tag is. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** @returns what is wrong with what a service runs, is told and uses */
export function containerFaults(path: string, service: WorkloadService, workload: Workload): string[] {
  const uses = (what: string, wanted: readonly string[] | undefined, known: readonly string[] = []) =>
    namesFaults(`${path}.${what}s`, wanted, known, what);
  return [
    ...imageFaults(`${path}.image`, service, workload),
    ...uses("database", service.databases, Object.keys(workload.databases ?? {})),
    ...uses("cache", service.caches, Object.keys(workload.caches ?? {})),
    ...uses("bucket", service.buckets, workload.buckets),
    ...uses("queue", service.queues, workload.queues),
    ...uses("key", service.keys, workload.keys),
    ...Object.entries(service.secrets ?? {}).flatMap(([variable, secret]) =>
      namesFaults(`${path}.secrets.${variable}`, [secret], workload.secrets ?? [], "secret"),
    ),
    ...variableFaults(path, service),
  ];
}

function imageFaults(path: string, { image }: WorkloadService, { registries = [] }: Workload): string[] {
  if (typeof image === "string") return imageReferenceFaults(path, image);
  return [
    ...namesFaults(`${path}.registry`, [image.registry], registries, "registry"),
    ...unless(
      fits(TAG, image.tag),
      fault(
        `${path}.tag`,
        `"${image.tag}"`,
        "a tag: letters, digits, dots, hyphens and underscores",
        "write it such as 1.0.0",
      ),
    ),
  ];
}

/** @returns what keeps a text from being the reference of a container image */
export function imageReferenceFaults(path: string, image: string): string[] {
  return unless(
    fits(
      /^(?!.*\/\/)[a-z0-9][a-z0-9.:/_-]*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
      image,
    ),
    fault(
      path,
      `"${image}"`,
      "a reference to a container image",
      "write it such as public.ecr.aws/acme/web:1.0.0",
    ),
  );
}

function variableFaults(path: string, { environment = {}, secrets = {} }: WorkloadService): string[] {
  return [
    ...Object.entries({ environment, secrets }).flatMap(([property, variables]) =>
      Object.keys(variables).flatMap((variable) => [
        ...unless(
          /^[A-Za-z_][A-Za-z0-9_]*$/.test(variable),
          fault(
            `${path}.${property}`,
            `the variable "${variable}"`,
            "letters, digits and underscores, first no digit",
            "write it such as LOG_LEVEL",
          ),
        ),
        ...unless(
          !OWN_VARIABLES.includes(variable),
          fault(
            `${path}.${property}`,
            `"${variable}"`,
            "any other variable, as every task gets this one",
            "take it out",
          ),
        ),
      ]),
    ),
    ...Object.keys(environment)
      .filter((variable) => variable in secrets)
      .map((variable) =>
        fault(
          `${path}.environment`,
          `"${variable}", which is in secrets too`,
          "every variable once",
          "keep it in secrets alone",
        ),
      ),
  ];
}
