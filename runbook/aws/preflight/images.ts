import type { PartOf } from "../../../lib/manifest";
import type { Clients } from "../clients";
import { describeService, type ServiceName } from "../ecs-service";
import { findDigest, parseImage } from "../image";
import { describeTaskDefinition } from "../task-definition";
import type { AwsFinding, AwsLook } from "./finding";

/**
 * Whether the target's registry has what the target's services run. ECR replicates what is pushed after a link was made, and
 * nothing older (ECR user guide, "Private image replication").
 */
export const imageLook = (
  clients: Clients,
  regions: { readonly source: string; readonly target: string },
  services: PartOf<"standby">["services"],
): AwsLook => ({
  id: "images",
  title: "The target's registry has the images that the source runs",
  async find() {
    const found = await Promise.all(
      Object.entries(services).map(async ([name, { source, target }]) => {
        const [running, wanted] = await Promise.all([
          imagesOf(clients, regions.source, source),
          imagesOf(clients, regions.target, target),
        ]);
        return (
          await Promise.all(
            [...wanted].map(([container, image]) =>
              imageFindings(clients, { name, image, twin: running.get(container), region: regions.target }),
            ),
          )
        ).flat();
      }),
    );
    return found.flat();
  },
});

/** By container. */
async function imagesOf(
  clients: Clients,
  region: string,
  { cluster, service }: ServiceName,
): Promise<Map<string, string>> {
  const ecs = clients.in("ecs", region);
  const { taskDefinitionArn } = await describeService(ecs, { cluster, service });
  const { containers } = await describeTaskDefinition(ecs, taskDefinitionArn);
  return new Map(containers.map(({ name, image }) => [name, image]));
}

interface Wanted {
  /** Of the service. */
  readonly name: string;
  readonly image: string;
  /** What the source runs in the container of that name. @default - it has none */
  readonly twin?: string;
  readonly region: string;
}

async function imageFindings(clients: Clients, { name, image, twin, region }: Wanted): Promise<AwsFinding[]> {
  const own = parseImage(image);
  // Of another registry: whether it can be pulled is known once a task has run.
  if (!own) return [];
  const digest = await findDigest(clients.in("images", own.region), own);
  if (digest === undefined) {
    return [
      {
        severity: "blocks",
        found: `${name}: ${own.region} has no image ${image}`,
        expected: "the image that its task definition on the target names",
        fix: "push it again, so that the registry's link takes it, or copy it: docker buildx imagetools create",
      },
    ];
  }
  const other = parseImage(twin ?? "");
  const running = other && (await findDigest(clients.in("images", other.region), other));
  return [
    ...(own.region === region
      ? []
      : [
          {
            severity: "warns" as const,
            found: `${name}: its image is pulled from ${own.region}`,
            expected: `the registry of ${region}, which is there when ${own.region} is not`,
            fix: "describe the registry in the workload, and deploy the standby and replication stacks",
          },
        ]),
    ...(running === undefined || running === digest
      ? []
      : [
          {
            severity: "warns" as const,
            found: `${name}: the target runs ${digest}, the source ${running}`,
            expected: "the same image on both sides",
            fix: "release the same version on both sides",
          },
        ]),
  ];
}
