import type { PartOf } from "../../lib/manifest";
import type { Side } from "../side";
import type { WebService } from "../web-service";
import type { Clients } from "./clients";
import { describeService, raiseService } from "./ecs-service";
import { findScaling, setKept } from "./task-scaling";

/**
 * The services that answer visitors, as the runbook raises them.
 *
 * Needs `ecs:DescribeServices`, `UpdateService`; `application-autoscaling:DescribeScalableTargets` and
 * `RegisterScalableTarget`.
 *
 * Cost: the tasks, until Auto Scaling lowers their number again.
 */
export function webServices(
  clients: Clients,
  services: PartOf<"standby">["services"],
  regions: Readonly<Record<Side, string>>,
): WebService[] {
  return Object.entries(services)
    .filter(([, { kind }]) => kind === "web")
    .map(([name, service]) => {
      const ecs = (side: Side) => clients.in("ecs", regions[side]);
      const nameOf = (side: Side) => ({ cluster: service[side].cluster, service: service[side].service });
      const scaling = (side: Side) => clients.in("autoScaling", regions[side]);
      const resourceId = (side: Side) => `service/${service[side].cluster}/${service[side].service}`;
      /** A service that is managed elsewhere may have none. */
      const keep = async (side: Side, kept: boolean): Promise<void> => {
        if (await findScaling(scaling(side), resourceId(side)))
          await setKept(scaling(side), resourceId(side), kept);
      };
      const limited = async (side: Side, tasks: number): Promise<number> =>
        Math.min(tasks, (await findScaling(scaling(side), resourceId(side)))?.maxTasks ?? tasks);
      return {
        name,
        described: { source: service.source.tasks, target: service.target.tasks },
        running: async (side) => (await describeService(ecs(side), nameOf(side))).running,
        async isRaised(side, tasks) {
          const { running, pending } = await describeService(ecs(side), nameOf(side));
          const found = await findScaling(scaling(side), resourceId(side));
          return running >= (await limited(side, tasks)) && pending === 0 && found?.kept !== false;
        },
        async raise(side, tasks, signal, onChange) {
          // First: else an alarm could lower at once what is raised here.
          await keep(side, true);
          const request = { ...nameOf(side), tasks: await limited(side, tasks) };
          await raiseService(ecs(side), request, { signal, onChange });
        },
        letGo: (side) => keep(side, false),
      };
    });
}
