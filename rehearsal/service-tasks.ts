import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerNetwork } from "./container-network";
import type { Network } from "./network";
import type { VpcPlace } from "./place";
import type { PlannedService, Service, ServiceGround } from "./services";
import type { Target } from "./target-group";
import { startTask, type Task } from "./task";

/** Milliseconds before a task that died is started anew; ECS takes some seconds and slows down as tasks go on dying. */
const RESTART_DELAY = 500;

/** Starts a service's tasks and keeps as many running as it wants. */
export async function runTasks(planned: PlannedService, ground: ServiceGround): Promise<Service> {
  const directory = join(ground.directory, "tasks");
  await mkdir(directory, { recursive: true });
  const network = await networkOf(planned.place, ground.network);
  const running = new Map<number, Task>();
  const targets = new Map<number, Target>();
  const timers = new Set<NodeJS.Timeout>();
  const logFiles = new Set<string>();
  let restarts = 0;
  let stopping = false;

  async function start(slot: number): Promise<void> {
    const task = await startTask({
      name: `${planned.place.region}-${planned.name}-${slot}`,
      directory,
      script: ground.script,
      environment: planned.container.environment,
      network,
      trustedFile: ground.authority.file,
      reaper: ground.reaper,
      onListening({ containerPort, localPort }) {
        if (containerPort === planned.behind?.containerPort)
          targets.set(slot, planned.behind.group.register(localPort));
      },
      onExit: (how) => ended(slot, how),
    });
    running.set(slot, task);
    logFiles.add(task.logFile);
    if (stopping) await task.stop();
  }

  function ended(slot: number, how: string): void {
    const target = targets.get(slot);
    if (target) planned.behind?.group.deregister(target);
    targets.delete(slot);
    const task = running.get(slot);
    running.delete(slot);
    if (stopping) return;
    restarts++;
    ground.onNotice(`${planned.at}: task ${slot} ended (${how}) and is started anew, see ${task?.logFile}`);
    const timer = setTimeout(() => {
      timers.delete(timer);
      start(slot).catch((error: Error) => ground.onNotice(`${planned.at}: task ${slot}: ${error.message}`));
    }, RESTART_DELAY);
    timers.add(timer);
  }

  await Promise.all(Array.from({ length: planned.tasks }, (_, index) => start(index + 1)));
  return {
    at: planned.at,
    name: planned.name,
    place: planned.place,
    desiredTasks: planned.tasks,
    get healthyTasks() {
      return planned.behind ? [...targets.values()].filter((target) => target.healthy).length : running.size;
    },
    get healthChecks() {
      return [...targets.values()].flatMap(({ checked }) => checked ?? []);
    },
    get restarts() {
      return restarts;
    },
    get processIds() {
      return [...running.values()].map((task) => task.processId);
    },
    get logFiles() {
      return [...logFiles];
    },
    async stop() {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...running.values()].map((task) => task.stop()));
    },
  };
}

/** Every name of the network as a task at this place sees it. */
async function networkOf(place: VpcPlace, network: Network): Promise<ContainerNetwork> {
  const routes: Record<string, number | null> = {};
  for (const { host, place: there, ports } of network.endpoints) {
    for (const port of Object.keys(ports).map(Number)) {
      const reachable = network.obstacles(place, there, port).length === 0;
      routes[`${host}:${port}`] = reachable ? (await network.reach(place, host, port)).port : null;
    }
  }
  return { routes };
}
