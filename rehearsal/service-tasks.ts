import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PlannedService, Service, ServiceGround } from "./services";
import { openShifts } from "./shifts";
import type { Target } from "./target-group";
import { startTask, type Task } from "./task";
import { taskNetwork } from "./task-network";

/** Milliseconds before a task that died is started anew; ECS takes some seconds and slows down as tasks go on dying. */
const RESTART_DELAY = 500;

/** Starts a service's tasks and keeps as many running as it wants. */
export async function runTasks(planned: PlannedService, ground: ServiceGround): Promise<Service> {
  const directory = join(ground.directory, "tasks");
  await mkdir(directory, { recursive: true });
  const network = await taskNetwork(planned.place, ground);
  const running = new Map<number, Task>();
  const targets = new Map<number, Target>();
  const timers = new Map<number, NodeJS.Timeout>();
  const logFiles = new Set<string>();
  const shifts = openShifts();
  let restarts = 0;
  let wanted = planned.tasks;

  async function start(slot: number): Promise<void> {
    const name = `${planned.place.region}-${planned.name}-${slot}`;
    const end = shifts.begin();
    const task = await startTask({
      ...{ name, directory, network },
      script: planned.script,
      environment: planned.container.environment,
      trustedFile: ground.authority.file,
      reaper: ground.reaper,
      onListening({ containerPort, localPort }) {
        if (containerPort === planned.behind?.containerPort)
          targets.set(slot, planned.behind.group.register(localPort));
      },
      onExit(how) {
        end();
        ended(slot, how);
      },
    });
    running.set(slot, task);
    logFiles.add(task.logFile);
    if (slot > wanted) await task.stop();
  }

  function ended(slot: number, how: string): void {
    const target = targets.get(slot);
    if (target) planned.behind?.group.deregister(target);
    targets.delete(slot);
    const task = running.get(slot);
    running.delete(slot);
    if (slot > wanted) return;
    restarts++;
    ground.onNotice(`${planned.at}: task ${slot} ended (${how}) and is started anew, see ${task?.logFile}`);
    const timer = setTimeout(() => {
      timers.delete(slot);
      start(slot).catch((error: Error) => ground.onNotice(`${planned.at}: task ${slot}: ${error.message}`));
    }, RESTART_DELAY);
    timers.set(slot, timer);
  }

  async function scale(tasks: number): Promise<void> {
    wanted = tasks;
    for (const [slot, timer] of timers) {
      if (slot <= tasks) continue;
      clearTimeout(timer);
      timers.delete(slot);
    }
    const slots = Array.from({ length: tasks }, (_, index) => index + 1);
    await Promise.all([
      ...slots.filter((slot) => !running.has(slot) && !timers.has(slot)).map(start),
      ...[...running].filter(([slot]) => slot > tasks).map(([, task]) => task.stop()),
    ]);
  }

  await scale(wanted);
  return {
    at: planned.at,
    name: planned.name,
    place: planned.place,
    container: planned.container,
    isBehind: planned.behind !== undefined,
    get desiredTasks() {
      return wanted;
    },
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
    get atWork() {
      return [...running.values()].map((task) => task.name);
    },
    get shifts() {
      return shifts.all();
    },
    get logFiles() {
      return [...logFiles];
    },
    scale,
    stop: () => scale(0),
  };
}
