import { z } from "zod";
import type { CertificateAuthority } from "./certificates";
import type { LoadBalancer } from "./load-balancer";
import { isKnownTo, type Network } from "./network";
import type { VpcPlace } from "./place";
import type { Reaper } from "./reaper";
import type { Secrets } from "./secrets";
import { runTasks } from "./service-tasks";
import type { TaskTime } from "./shifts";
import { absent, blocks, type Found, resources, type States, texts } from "./state";
import type { TargetGroup } from "./target-group";
import { readDefinition, type Container } from "./task-definition";
import type { TaskSurroundings } from "./task-network";
import { locate } from "./vpc-place";

/** An `aws_ecs_service` as far as it is played here. */
export const ecsService = z.object({
  name: z.string(),
  task_definition: z.string(),
  desired_count: absent(z.number()),
  network_configuration: blocks(z.object({ subnets: texts, security_groups: texts })),
  service_registries: blocks(z.object({ registry_arn: z.string() })),
  load_balancer: blocks(
    z.object({
      target_group_arn: absent(z.string()),
      container_name: z.string(),
      container_port: z.number(),
    }),
  ),
});

/** The local twin of one `aws_ecs_service`. */
export interface Service {
  /** `<stack>: <Terraform address>`. */
  readonly at: string;
  readonly name: string;
  readonly place: VpcPlace;
  readonly desiredTasks: number;
  /** Tasks that pass their load balancer's health check; without one, tasks that run. */
  readonly healthyTasks: number;
  /** What the last health check of each task that listens on the container's port saw. */
  readonly healthChecks: readonly string[];
  /** Tasks that died and were started anew. */
  readonly restarts: number;
  readonly processIds: readonly number[];
  /** Names of the tasks that have not ended, also of those that were told to. */
  readonly atWork: readonly string[];
  /** When its tasks ran. */
  readonly shifts: readonly TaskTime[];
  readonly container: Container;
  /** A load balancer sends it requests. */
  readonly isBehind: boolean;
  readonly logFiles: readonly string[];
  /** Starts or stops tasks; resolves when those that are one too many have ended. */
  scale(tasks: number): Promise<void>;
  stop(): Promise<void>;
}

/** What runs in place of the images: scripts for node, .ts or .js. */
export interface Scripts {
  /** Behind a load balancer. */
  readonly web: string;
  /** Behind none. */
  readonly worker: string;
  /** Started by a schedule. */
  readonly oneOff: string;
}

export interface ServiceGround extends TaskSurroundings {
  readonly states: States;
  readonly directory: string;
  readonly secrets: Secrets;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly authority: CertificateAuthority;
  readonly reaper: Reaper;
  readonly scripts: Scripts;
  /** `<stack>: <Terraform address>` of services that are run otherwise. */
  readonly elsewhere: readonly string[];
  onNotice(line: string): void;
}

/** A service as it would be started. */
export interface PlannedService {
  readonly at: string;
  readonly name: string;
  readonly place: VpcPlace;
  readonly tasks: number;
  readonly container: Container;
  readonly script: string;
  /** Where its tasks get requests from. @default - from nobody */
  readonly behind?: { readonly group: TargetGroup; readonly containerPort: number };
}

/**
 * Starts the tasks of every `aws_ecs_service` in state. The tasks' way to Secrets Manager, the image registry and the
 * logs is not looked at, only their way to what their environment names.
 *
 * @throws Error that lists everything for which ECS would not start a task, or a task could not work
 */
export async function startServices(ground: ServiceGround): Promise<Service[]> {
  const faults: string[] = [];
  const planned = resources(ground.states, "aws_ecs_service", ecsService)
    .filter(({ at }) => !ground.elsewhere.includes(at))
    .flatMap((it) => planService(it, ground, faults));
  if (faults.length > 0) {
    throw new Error(
      ["Tasks would not work in AWS as the stacks are:", ...faults.map((it) => `  ${it}`)].join("\n"),
    );
  }
  return Promise.all(planned.map((one) => runTasks(one, ground)));
}

function planService(
  { at, values }: Found<z.infer<typeof ecsService>>,
  ground: ServiceGround,
  faults: string[],
) {
  const net = values.network_configuration[0];
  const place = locate(ground.states, at, net?.subnets ?? [], net?.security_groups ?? []);
  const definition = readDefinition(ground.states, values.task_definition, place.region, ground.secrets);
  faults.push(...definition.faults);
  const link = values.load_balancer[0];
  const container = link
    ? definition.containers.find((it) => it.name === link.container_name)
    : definition.containers[0];
  if (!container) {
    if (definition.faults.length > 0) return [];
    const known = definition.containers.map((it) => it.name).join(", ") || "none";
    faults.push(
      `${definition.at}: no container "${link?.container_name}" as ${at} names it; there are: ${known}`,
    );
    return [];
  }
  for (const other of definition.containers) {
    if (other !== container)
      ground.onNotice(`${definition.at}: container ${other.name} is not run here, only ${container.name}`);
  }
  faults.push(...deafContainers(at, place, container, ground.network));
  faults.push(...strangers(at, place, container, ground.network));
  const behind = link && behindOf(at, place, link, ground, faults);
  const tasks = values.desired_count ?? 0;
  const script = link ? ground.scripts.web : ground.scripts.worker;
  const planned: PlannedService = { at, name: values.name, place, tasks, container, script, behind };
  return [planned];
}

/** Environment entries that name something the task cannot reach. */
function deafContainers(at: string, place: VpcPlace, container: Container, network: Network): string[] {
  const known = network.endpoints.filter((endpoint) => isKnownTo(place, endpoint));
  return known.flatMap(({ host, place: there, ports }) => {
    const names = Object.entries(container.environment).filter(([, value]) => value.includes(host));
    return names.flatMap(([name]) =>
      Object.keys(ports).flatMap((port) =>
        network
          .obstacles(place, there, Number(port))
          .map(
            (reason) =>
              `${at}: container ${container.name}, variable ${name} names ${host}:${port}, but ${reason}`,
          ),
      ),
    );
  });
}

/** Databases that an environment names and the stacks do not have: nothing here could answer for them. */
export function strangers(at: string, place: VpcPlace, container: Container, network: Network): string[] {
  return Object.entries(container.environment).flatMap(([name, value]) => {
    const list = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^/?]+)/.exec(value)?.[1] ?? "";
    return list
      .split(",")
      .map((one) => one.replace(/:\d+$/, ""))
      .filter((host) => host !== "" && !network.resolve(host, place))
      .map(
        (host) =>
          `${at}: container ${container.name}, variable ${name} names ${host}, which is the address of nothing in the applied state`,
      );
  });
}

function behindOf(
  at: string,
  place: VpcPlace,
  link: { readonly target_group_arn?: string; readonly container_port: number },
  ground: ServiceGround,
  faults: string[],
) {
  const loadBalancer = ground.loadBalancers.find((it) =>
    it.targetGroups.some((group) => group.arn === link.target_group_arn),
  );
  const group = loadBalancer?.targetGroups.find((it) => it.arn === link.target_group_arn);
  if (!loadBalancer || !group) {
    faults.push(`${at}: no listener in state forwards to its target group ${link.target_group_arn}`);
    return undefined;
  }
  const reasons = ground.network.obstacles(loadBalancer.place, place, link.container_port);
  faults.push(...reasons.map((reason) => `${at}: its load balancer cannot reach its tasks: ${reason}`));
  return { group, containerPort: link.container_port };
}
