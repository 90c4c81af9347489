import { CreateRepositoryCommand, type ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { type Clients, openClients } from "../../../../runbook/aws/clients";
import { parseImage } from "../../../../runbook/aws/image";
import { imageLook } from "../../../../runbook/aws/preflight/images";
import { SIDES, type Side } from "../../../../runbook/side";
import { ACCOUNT, emulator, EMULATOR_TIMEOUT } from "../emulators/emulator";

const REGIONS = { source: "us-east-1", target: "eu-west-1" };
const DIGEST = `sha256:${"0a".repeat(32)}`;
const nameOf = (region: string, tag: string) =>
  `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/image-look/web:${tag}`;
let clients: Clients;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL = await emulator("ministack");
  clients = openClients();
  for (const side of SIDES) {
    await registry(side).send(new CreateRepositoryCommand({ repositoryName: "image-look/web" }));
    await clients.in("ecs", REGIONS[side]).send(new CreateClusterCommand({ clusterName: "image-look" }));
  }
  await push("source", "v1");
  await push("source", "v2");
}, EMULATOR_TIMEOUT);
afterAll(() => clients.close());

const registry = (side: Side): ECRClient => clients.in("images", REGIONS[side]);
const push = (side: Side, imageTag: string) =>
  registry(side).send(
    new PutImageCommand({
      repositoryName: "image-look/web",
      imageTag,
      imageManifest: JSON.stringify({ schemaVersion: 2, config: { digest: imageTag } }),
    }),
  );

/** What is found of a service that runs these. */
async function look(service: string, images: Readonly<Record<Side, string>>) {
  for (const side of SIDES) {
    const ecs = clients.in("ecs", REGIONS[side]);
    const containerDefinitions = [{ name: "web", image: images[side], memory: 512 }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: service, containerDefinitions }));
    await ecs.send(
      new CreateServiceCommand({
        cluster: "image-look",
        serviceName: service,
        taskDefinition: service,
        desiredCount: 0,
      }),
    );
  }
  const side = { cluster: "image-look", service, tasks: 1 };
  return imageLook(clients, REGIONS, { [service]: { kind: "web", source: side, target: side } }).find();
}

test("fails for an image that ECR has not replicated, until it is pushed again", async () => {
  const images = { source: nameOf("us-east-1", "v1"), target: nameOf("eu-west-1", "v1") };
  expect(await look("early", images)).toMatchObject([
    { severity: "blocks", found: `early: eu-west-1 has no image ${images.target}` },
  ]);
  await push("target", "v1");
  expect(await look("early-again", images)).toEqual([]);
});

test("warns of another image than the source's, and of one that comes from the region that is left", async () => {
  const [found] = await look("differs", {
    source: nameOf("us-east-1", "v2"),
    target: nameOf("eu-west-1", "v1"),
  });
  expect(found?.found).toMatch(/^differs: the target runs sha256:\w+, the source sha256:\w+$/);
  expect(
    await look("far", { source: nameOf("us-east-1", "v2"), target: nameOf("us-east-1", "v2") }),
  ).toMatchObject([{ severity: "warns", found: "far: its image is pulled from us-east-1" }]);
});

test("an image of another registry cannot be told of", async () => {
  expect(await look("public", { source: "nginx", target: "nginx" })).toEqual([]);
});

test("a name tells registry, region, repository, tag and digest", () => {
  const base = { registry: ACCOUNT, region: "eu-west-1", repository: "image-look/web" };
  const host = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/image-look/web`;
  expect(parseImage(host)).toEqual({ ...base, tag: "latest", digest: undefined });
  expect(parseImage(`${host}:v1`)).toEqual({ ...base, tag: "v1", digest: undefined });
  expect(parseImage(`${host}@${DIGEST}`)).toEqual({ ...base, tag: undefined, digest: DIGEST });
  expect(parseImage(`${host}:v1@${DIGEST}`)).toEqual({ ...base, tag: "v1", digest: DIGEST });
  expect(parseImage("public.ecr.aws/nginx/nginx:1")).toBeUndefined();
});
