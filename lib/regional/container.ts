/** One container of a task. */
export interface ContainerProps {
  /** Name inside the task, and of its log streams. */
  readonly name: string;
  /** Image with tag or digest; must be readable from this region when the other one is lost. */
  readonly image: string;
  /** @default - the image's own */
  readonly entryPoint?: readonly string[];
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** Port it listens on. @default - none */
  readonly port?: number;
  /** Variables besides `AWS_REGION`. Never a secret: they stand in the state. @default - none */
  readonly environment?: { readonly [name: string]: string };
  /** Variables whose values ECS reads at the start: name to secret ARN, in the task's own region. @default - none */
  readonly secrets?: { readonly [name: string]: string };
  /** Seconds between SIGTERM and SIGKILL, 120 at most. @default - 30, which is ECS's own */
  readonly stopTimeout?: number;
  /** Names of volumes, which containers of a task share by name, to the paths they are mounted at. @default - none */
  readonly mounts?: { readonly [volume: string]: string };
  /** Whether it can write into its volumes only. @default - false: images that people bring write where they like */
  readonly readonlyRootFilesystem?: boolean;
  /** Shell command that ends with 0 as long as the container is well. @default - none */
  readonly healthCheck?: string;
  /** Names of containers of the task that must be healthy before this one starts. @default - none */
  readonly after?: readonly string[];
}

/** Where a container's log goes. */
export interface ContainerLog {
  readonly group: string;
  readonly region: string;
}

/** The container as ECS takes it in a task definition; every container of a task is essential. */
export function containerDefinition(container: ContainerProps, log: ContainerLog) {
  const { port, mounts, healthCheck, after } = container;
  return {
    name: container.name,
    image: container.image,
    essential: true,
    entryPoint: container.entryPoint,
    command: container.command,
    portMappings: port === undefined ? undefined : [{ containerPort: port, hostPort: port, protocol: "tcp" }],
    environment: sorted({ AWS_REGION: log.region, ...container.environment }).map(([name, value]) => ({
      name,
      value,
    })),
    secrets: sorted(container.secrets ?? {}).map(([name, valueFrom]) => ({ name, valueFrom })),
    mountPoints:
      mounts && sorted(mounts).map(([sourceVolume, containerPath]) => ({ sourceVolume, containerPath })),
    readonlyRootFilesystem: container.readonlyRootFilesystem,
    dependsOn: after?.map((containerName) => ({ containerName, condition: "HEALTHY" })),
    healthCheck: healthCheck === undefined ? undefined : { command: ["CMD-SHELL", healthCheck], ...PATIENCE },
    stopTimeout: container.stopTimeout,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": log.group,
        "awslogs-region": log.region,
        "awslogs-stream-prefix": container.name,
      },
    },
  };
}

/** Seconds, and tries in a row, of a container's own health check. */
const PATIENCE = { interval: 10, timeout: 5, retries: 3, startPeriod: 60 };

/** The order in which a workload happens to name its variables must not make a new revision. */
function sorted(variables: { readonly [name: string]: string }): [string, string][] {
  return Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
}
