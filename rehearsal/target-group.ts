import { get } from "node:http";
import { z } from "zod";
import { absent, blocks, type Found } from "./state";

export const targetGroupShape = z.object({
  arn: z.string(),
  load_balancing_algorithm_type: absent(z.string()),
  health_check: blocks(
    z.object({
      path: absent(z.string()),
      interval: absent(z.number()),
      timeout: absent(z.number()),
      healthy_threshold: absent(z.number()),
      unhealthy_threshold: absent(z.number()),
      matcher: absent(z.string()),
    }),
  ),
});

/** Health checks are this many times as frequent as in AWS: a rehearsal lasts minutes, not hours. */
const HASTE = 10;

/** One task behind a load balancer. */
export interface Target {
  readonly port: number;
  healthy: boolean;
  /** What the last health check saw, such as `/healthz answered 404`. @default - none has ended */
  checked?: string;
  /** Requests under way. */
  outstanding: number;
}

/** The local twin of one `aws_lb_target_group`. */
export interface TargetGroup {
  readonly at: string;
  readonly arn: string;
  readonly targets: ReadonlySet<Target>;
  /** Takes a task in; it gets requests from its first passed health check on. */
  register(port: number): Target;
  deregister(target: Target): void;
  /** The next target by the group's algorithm; undefined when it has none at all. */
  choose(): Target | undefined;
  close(): void;
}

/** Defaults as the provider documents them for `aws_lb_target_group`. */
function healthCheckOf({ values }: Found<z.infer<typeof targetGroupShape>>) {
  const given = values.health_check[0];
  return {
    path: given?.path ?? "/",
    interval: ((given?.interval ?? 30) * 1000) / HASTE,
    // Not hastened: a busy laptop answers no sooner than a container in AWS.
    timeout: (given?.timeout ?? 5) * 1000,
    healthyThreshold: given?.healthy_threshold ?? 3,
    unhealthyThreshold: given?.unhealthy_threshold ?? 3,
    matches: matcher(given?.matcher ?? "200"),
  };
}

/** Codes such as `200`, `200,202` or `200-299`. */
export function matcher(text: string): (status: number) => boolean {
  const ranges = text.split(",").map((part) => part.split("-").map(Number));
  return (status) => ranges.some(([from = NaN, to = from]) => status >= from && status <= to);
}

export function openTargetGroup(found: Found<z.infer<typeof targetGroupShape>>): TargetGroup {
  const check = healthCheckOf(found);
  const leastOutstanding = found.values.load_balancing_algorithm_type === "least_outstanding_requests";
  const timers = new Map<Target, NodeJS.Timeout>();
  let turn = 0;

  function watch(target: Target): void {
    let passed = 0;
    let failed = 0;
    let first = true;
    const judge = (ok: boolean) => {
      if (!timers.has(target)) return;
      passed = ok ? passed + 1 : 0;
      failed = ok ? 0 : failed + 1;
      // A new target needs one passed check (Elastic Load Balancing user guide, "Health checks for your target groups").
      if (passed >= (first ? 1 : check.healthyThreshold)) {
        target.healthy = true;
        first = false;
      }
      if (failed >= check.unhealthyThreshold) target.healthy = false;
      timers.set(target, setTimeout(probe, first ? check.interval / 10 : check.interval));
    };
    const probe = () =>
      void ask(target.port, check.path, check.timeout).then((status) => {
        target.checked = `${check.path} ${status === 0 ? "gave no answer" : `answered ${status}`}`;
        judge(check.matches(status));
      });
    timers.set(target, setTimeout(probe, 0));
  }

  return {
    at: found.at,
    arn: found.values.arn,
    get targets() {
      return new Set(timers.keys());
    },
    register(port) {
      const target: Target = { port, healthy: false, outstanding: 0 };
      watch(target);
      return target;
    },
    deregister(target) {
      clearTimeout(timers.get(target));
      timers.delete(target);
    },
    choose() {
      const all = [...timers.keys()];
      const healthy = all.filter((target) => target.healthy);
      // With no healthy target a load balancer tries them all ("fail open").
      const candidates = healthy.length > 0 ? healthy : all;
      if (leastOutstanding) return candidates.sort((a, b) => a.outstanding - b.outstanding)[0];
      return candidates[turn++ % candidates.length];
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Status of a health check; 0 when there was no answer in time. */
function ask(port: number, path: string, timeout: number): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, timeout, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(0));
    request.once("close", () => resolve(0));
  });
}
