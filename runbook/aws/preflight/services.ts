import type { PartOf } from "../../../lib/manifest";
import type { Clients } from "../clients";
import { describeService } from "../ecs-service";
import { describeTaskDefinition, regionLiterals } from "../task-definition";
import type { AwsFinding, AwsLook } from "./finding";

type Services = PartOf<"standby">["services"];

/** Whether the target's services stand, and whether something in them still leads to the source (B10). */
export const serviceLook = (
  clients: Clients,
  regions: { readonly source: string; readonly target: string },
  services: Services,
): AwsLook => ({
  id: "services",
  title: "The target's services run, and name the source's region nowhere",
  async find() {
    const ecs = clients.in("ecs", regions.target);
    const found = await Promise.all(
      Object.entries(services).map(async ([name, { kind, target }]): Promise<AwsFinding[]> => {
        const service = await describeService(ecs, target);
        const definition = await describeTaskDefinition(ecs, service.taskDefinitionArn);
        return [
          ...standingFindings(name, kind, service),
          ...literalFindings(name, regionLiterals(definition, regions.source), regions.source),
        ];
      }),
    );
    return found.flat();
  },
});

function standingFindings(
  name: string,
  kind: "web" | "worker",
  { desired, running, lastEvent }: Awaited<ReturnType<typeof describeService>>,
): AwsFinding[] {
  if (kind === "worker") {
    return desired === 0
      ? [
          {
            severity: "note",
            found: `${name}: a worker has no task on the target yet, so its image has not been pulled there`,
            expected: "an image that can be pulled",
            fix: "run its task definition once with a command that does nothing",
          },
        ]
      : [];
  }
  if (desired > 0 && running >= desired) return [];
  return [
    {
      severity: "blocks",
      found: `${name}: ${running} of ${desired} tasks run on the target (${lastEvent ?? "no event"})`,
      expected: "all that are wished for, and at least one: the image is there and its health check passes",
      fix: "see the service's events and the log of its tasks",
    },
  ];
}

/** A host list names both regions on purpose. */
const ON_PURPOSE = /^\S+: environment \S+_DATABASE_URL$/;

const literalFindings = (name: string, places: readonly string[], region: string): AwsFinding[] =>
  places
    .filter((place) => !ON_PURPOSE.test(place))
    .map((place) => ({
      severity: "warns",
      found: `${name} on the target: ${place} names ${region}`,
      expected: "nothing of the region that is left",
      fix: "give it by the workload's description, or make it follow AWS_REGION",
    }));
