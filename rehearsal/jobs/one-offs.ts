import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { VpcPlace } from "../place";
import { strangers, type ServiceGround } from "../services";
import { type Found, regionOf, resources } from "../state";
import { startTask, type Task } from "../task";
import { readDefinition, type Container } from "../task-definition";
import { taskNetwork } from "../task-network";
import type { ContainerNetwork } from "../container-network";

const definition = z.object({ arn: z.string(), arn_without_revision: z.string() });

/** A task to be started once. */
export interface OneOffTask {
  /** For messages: what starts it. */
  readonly at: string;
  /** Without a revision: the newest. */
  readonly taskDefinitionArn: string;
  readonly place: VpcPlace;
}

/** A task that runs to its end. */
export interface RunningOneOff {
  readonly name: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

/** Starts tasks that run to their end, as EventBridge Scheduler has ECS do. */
export interface OneOffs {
  /** @throws Error that lists everything for which ECS would not start it, or it could not work */
  run(task: OneOffTask): Promise<RunningOneOff>;
  stop(): Promise<void>;
}

export function openOneOffs(ground: ServiceGround): OneOffs {
  const directory = join(ground.directory, "tasks");
  const running = new Map<string, Task>();
  const ready = new Map<string, Promise<{ container: Container; network: ContainerNetwork }>>();
  let number = 0;

  const prepare = async ({ at, taskDefinitionArn, place }: OneOffTask) => {
    const found = newest(ground, taskDefinitionArn);
    if (!found) throw new Error(`${at}: task definition ${taskDefinitionArn} is not in the applied state`);
    const { containers, faults } = readDefinition(ground.states, found, place.region, ground.secrets);
    const [container] = containers;
    const all = container ? [...faults, ...strangers(at, place, container, ground.network)] : faults;
    if (!container || all.length > 0)
      throw new Error([`${at}: its task would not work:`, ...all].join("\n  "));
    await mkdir(directory, { recursive: true });
    return { container, network: await taskNetwork(place, ground) };
  };

  return {
    async run(task) {
      const key = `${task.place.region} ${task.taskDefinitionArn}`;
      const preparing = ready.get(key) ?? prepare(task);
      ready.set(key, preparing);
      const { container, network } = await preparing;
      const name = `${task.place.region}-${container.name}-${++number}`;
      let tellEnd: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (tellEnd = resolve));
      running.set(
        name,
        await startTask({
          ...{ name, directory, network },
          script: ground.scripts.oneOff,
          environment: container.environment,
          trustedFile: ground.authority.file,
          reaper: ground.reaper,
          onListening: () => undefined,
          onExit(how) {
            running.delete(name);
            if (how !== "exit code 0") ground.onNotice(`${task.at}: task ${name} ended with ${how}`);
            tellEnd();
          },
        }),
      );
      return { name, ended };
    },
    async stop() {
      await Promise.all([...running.values()].map((task) => task.stop()));
    },
  };
}

function newest({ states }: ServiceGround, arn: string): string | undefined {
  const found: readonly Found<z.infer<typeof definition>>[] = resources(
    states,
    "aws_ecs_task_definition",
    definition,
  );
  return found.find(
    ({ values }) => values.arn_without_revision === arn && regionOf(values.arn) === regionOf(arn),
  )?.values.arn;
}
