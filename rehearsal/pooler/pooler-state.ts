import { z } from "zod";
import type { Secrets } from "../secrets";
import { ecsService } from "../services";
import { blocks, type Found, regionOf, resources, type States } from "../state";
import { readDefinition, type Container } from "../task-definition";

const namespace = z.object({ id: z.string(), name: z.string() });
const registry = z.object({
  arn: z.string(),
  name: z.string(),
  dns_config: blocks(z.object({ namespace_id: z.string() })),
});

/** The service of one region's poolers. */
export type FoundService = Found<z.infer<typeof ecsService>>;

/** @throws Error when it is not in the applied state */
export function findService(states: States, name: string, region: string): FoundService {
  const found = resources(states, "aws_ecs_service", ecsService).find(
    // Names are unique within a region only.
    ({ values }) => values.name === name && regionOf(values.task_definition) === region,
  );
  if (!found)
    throw new Error(`no aws_ecs_service "${name}" in ${region} in the applied state, for the poolers`);
  return found;
}

/**
 * The two containers of its task.
 *
 * @throws Error when ECS would not start it, or either is missing
 */
export function containersOf(
  { at, values }: FoundService,
  region: string,
  { states, secrets }: { readonly states: States; readonly secrets: Secrets },
): { readonly pgbouncer: Container; readonly sidecar: Container } {
  const { containers, faults } = readDefinition(states, values.task_definition, region, secrets);
  if (faults.length > 0) throw new Error([`${at}: ECS would not start it:`, ...faults].join("\n  "));
  const [pgbouncer, sidecar] = ["SETTINGS", "FIRST_WRITER"].map((variable) =>
    containers.find(({ environment }) => variable in environment),
  );
  if (pgbouncer && sidecar) return { pgbouncer, sidecar };
  throw new Error(
    `${at}: expected a container with SETTINGS and one with FIRST_WRITER in its task definition`,
  );
}

/** @throws Error when the name that clients use is not the one under which ECS registers the instances */
export function checkName({ at, values }: FoundService, host: string, states: States): void {
  const arn = values.service_registries[0]?.registry_arn;
  const own = resources(states, "aws_service_discovery_service", registry).find(
    (it) => it.values.arn === arn,
  )?.values;
  const zone = resources(states, "aws_service_discovery_private_dns_namespace", namespace).find(
    (it) => it.values.id === own?.dns_config[0]?.namespace_id,
  )?.values;
  const name = own && zone ? `${own.name}.${zone.name}` : "none";
  if (name !== host) throw new Error(`${at}: registered as ${name}, but applications are given ${host}`);
}
