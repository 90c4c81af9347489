import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "./services";

/** How long tasks that run may take to become healthy, in milliseconds; ECS would roll the deployment back some time. */
const HEALTHY_LIMIT = 60_000;

/**
 * Waits until every service has the tasks it wants, all healthy.
 *
 * @param limit how long tasks that run may take, in milliseconds. @default 60000
 * @throws Error with the end of a log when tasks of a service die instead, and with what the health checks see when they
 * do not become healthy
 */
export async function allHealthy(
  services: readonly Service[],
  signal: AbortSignal,
  limit = HEALTHY_LIMIT,
): Promise<void> {
  const deadline = performance.now() + limit;
  for (;;) {
    signal.throwIfAborted();
    const waiting = services.filter((it) => it.healthyTasks < it.desiredTasks);
    if (waiting.length === 0) return;
    const dying = waiting.find((it) => it.restarts > it.desiredTasks);
    if (dying) throw new Error(await whyDying(dying));
    if (performance.now() > deadline) throw new Error(waiting.map(whyUnhealthy).join("\n"));
    await sleep(20, undefined, { signal });
  }
}

function whyUnhealthy({ at, healthyTasks, desiredTasks, healthChecks }: Service): string {
  const seen = [...new Set(healthChecks)].join(", ") || "no task listens on the port it names";
  return `${at}: ${healthyTasks} of ${desiredTasks} tasks became healthy; health checks: ${seen}`;
}

async function whyDying(service: Service): Promise<string> {
  const file = service.logFiles[0];
  const lines = file ? (await readFile(file, "utf8")).trim().split("\n").slice(-12) : [];
  const head = `${service.at}: its tasks end before they are healthy (${service.restarts} times); the log says:`;
  return [head, ...lines].join("\n  ");
}
