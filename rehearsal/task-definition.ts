import { z } from "zod";
import { allows } from "./permissions";
import type { Secrets } from "./secrets";
import { absent, blocks, type Found, regionOf, resources, type States, texts } from "./state";

const taskDefinition = z.object({
  arn: z.string(),
  container_definitions: z.string(),
  execution_role_arn: absent(z.string()),
});
const containers = z.array(
  z.object({
    name: z.string(),
    entryPoint: texts,
    command: texts,
    mountPoints: blocks(z.object({ sourceVolume: z.string(), containerPath: z.string() })),
    environment: absent(z.array(z.object({ name: z.string(), value: z.string() }))),
    secrets: absent(z.array(z.object({ name: z.string(), valueFrom: z.string() }))),
  }),
);

/** A container as its process will see it. */
export interface Container {
  readonly name: string;
  /** Environment and secrets of the definition; holds secrets: never print it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Entry point and command of the definition; empty where they are the image's own. */
  readonly command: readonly string[];
  /** Path of each volume. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** What became of a task definition: its containers, or why ECS would not start them. */
export interface ReadDefinition {
  readonly at: string;
  readonly containers: readonly Container[];
  readonly faults: readonly string[];
}

/**
 * Reads a task definition as the ECS agent of a region would: secrets fetched by the execution role.
 *
 * @param region where the tasks run
 */
export function readDefinition(
  states: States,
  arn: string,
  region: string,
  secrets: Secrets,
): ReadDefinition {
  const found = resources(states, "aws_ecs_task_definition", taskDefinition).find(
    (it) => it.values.arn === arn,
  );
  if (!found)
    return { at: arn, containers: [], faults: [`task definition ${arn} is not in the applied state`] };
  const faults: string[] = [];
  const read = containers.parse(JSON.parse(found.values.container_definitions)).map((container) => {
    const environment: Record<string, string> = {};
    for (const { name, value } of container.environment ?? []) environment[name] = value;
    for (const { name, valueFrom } of container.secrets ?? []) {
      const where = `${found.at}: container ${container.name}, secret ${name}`;
      const refusal = refuse(states, found, valueFrom, region);
      if (refusal) {
        faults.push(`${where}: ${refusal}`);
        continue;
      }
      try {
        environment[name] = secrets.read(valueFrom);
      } catch (error) {
        faults.push(`${where}: ${(error as Error).message}`);
      }
    }
    return {
      name: container.name,
      environment,
      command: [...container.entryPoint, ...container.command],
      mounts: Object.fromEntries(
        container.mountPoints.map(({ sourceVolume, containerPath }) => [sourceVolume, containerPath]),
      ),
    };
  });
  return { at: found.at, containers: read, faults };
}

function refuse(
  states: States,
  { values }: Found<z.infer<typeof taskDefinition>>,
  valueFrom: string,
  region: string,
): string | undefined {
  if (!valueFrom.startsWith("arn:") || valueFrom.split(":")[2] !== "secretsmanager") {
    return `found ${valueFrom}; the rehearsal knows secrets of Secrets Manager, named by their whole ARN`;
  }
  const home = regionOf(valueFrom);
  if (home !== region) {
    return (
      `the task would not start if ${home} is lost: found ${valueFrom} in ${home}, ` +
      `expected a secret in ${region}, where the task runs (a replica of it, say)`
    );
  }
  const secretArn = valueFrom.split(":").slice(0, 7).join(":");
  const role = values.execution_role_arn;
  if (!role) return "no execution_role_arn; expected a role that may call secretsmanager:GetSecretValue";
  if (allows(states, role, "secretsmanager:GetSecretValue", secretArn)) return undefined;
  return `execution role ${role}: no policy in state, its own or the secret's, allows secretsmanager:GetSecretValue on ${secretArn}`;
}
